#include "engine/erase/matte.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "engine/nn/parallel.h"
#include "engine/nn/tiles.h"

namespace removr::erase {
namespace {

constexpr nn::Tiling kTiling{.tile_px = 384, .overlap_px = 64, .multiple_px = 32, .shrink = 1};
constexpr int kContextPx = 48;    // around a finding, at the matte's scale
constexpr int kMarginPx = 16;     // of it, what a fit needs
constexpr int kThickestPx = 640;  // the thickest overlays of the training, at the matte's scale

cv::Rect Grown(const cv::Rect& rect, int by, cv::Size limits) {
  return cv::Rect(rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by) & cv::Rect({}, limits);
}

// Twice the largest distance to the region's outside: the height of a line of text, the smaller side of a logo.
double Thickness(const cv::Mat& region) {
  constexpr double kSidePx = 256;  // enough to tell
  const double scale = std::min(1.0, kSidePx / std::max(region.cols, region.rows));
  cv::Mat small, distance;
  cv::resize(region, small, {}, scale, scale, cv::INTER_NEAREST);
  cv::copyMakeBorder(small, small, 1, 1, 1, 1, cv::BORDER_CONSTANT, 0);
  cv::distanceTransform(small, distance, cv::DIST_L2, 3);
  double farthest = 0;
  cv::minMaxLoc(distance, nullptr, &farthest);
  return 2 * farthest / scale;
}

double ScaleFor(const image::Finding& finding, double pixels_max) {
  const double by_thickness = kThickestPx / Thickness(finding.region);
  const double by_area = std::sqrt(pixels_max / finding.box.area());
  return std::min({1.0, by_thickness, by_area});
}

// The finding's own strokes in the area, at the matte's scale.
cv::Mat Coverage(const image::Finding& finding, const cv::Rect& area, cv::Size size) {
  cv::Mat strokes = cv::Mat::zeros(area.size(), CV_8U), coverage;
  finding.strokes.copyTo(strokes(finding.box - area.tl()));
  cv::resize(strokes, strokes, size, 0, 0, cv::INTER_AREA);
  strokes.convertTo(coverage, CV_32F, 1 / 255.0);
  return coverage;
}

cv::Mat Flipped(const cv::Mat& plane, Mirror mirror) {
  if (mirror == Mirror::kNone) return plane;
  cv::Mat flipped;
  cv::flip(plane, flipped, static_cast<int>(mirror));
  return flipped;
}

// The network's planes for what it sees in a mirror, as they lie without.
Result<std::vector<cv::Mat>> Ask(const nn::Session& session, int threads, const cv::Mat& rgb, const cv::Mat& inside,
                                 Mirror mirror) {
  const cv::Mat seen = Flipped(rgb, mirror), region = Flipped(inside, mirror);
  const auto read = [&](const cv::Rect& tile) {
    cv::Mat hint, input;
    region(tile).convertTo(hint, CV_32F, 1 / 255.0);
    cv::merge(std::vector{seen(tile), hint}, input);
    return input;
  };
  const auto tiles = nn::Cover(rgb.size(), kTiling);
  ASSIGN_OR_RETURN(auto planes, nn::RunTiled(session, rgb.size(), kTiling, tiles, threads, read));
  for (cv::Mat& plane : planes) plane = Flipped(plane, mirror);
  return planes;
}

// The mean of its answers.
Result<std::vector<cv::Mat>> AskAll(const nn::Session& session, int threads, const cv::Mat& rgb, const cv::Mat& inside,
                                    std::span<const Mirror> mirrors) {
  std::vector<std::vector<cv::Mat>> answers(mirrors.size());
  const int each = mirrors.size() == 1 ? threads : 1;
  TRY(nn::ForEach(static_cast<int>(mirrors.size()), threads, [&](int i) -> Status {
    ASSIGN_OR_RETURN(answers[i], Ask(session, each, rgb, inside, mirrors[i]));
    return {};
  }));
  std::vector<cv::Mat> means = std::move(answers.front());
  for (std::size_t plane = 0; plane < means.size(); ++plane) {
    for (std::size_t i = 1; i < answers.size(); ++i) means[plane] += answers[i][plane];
    means[plane] /= static_cast<double>(mirrors.size());
  }
  return means;
}

}  // namespace

Result<Matte> PredictMatte(const nn::Session& session, int threads, const image::Image& image,
                           const image::Finding& finding, double pixels_max, std::span<const Mirror> mirrors) {
  const double scale = ScaleFor(finding, pixels_max);
  const cv::Rect seen = Grown(finding.box, cvRound(kContextPx / scale), image.pixels.size());
  const cv::Size size(std::max(1, cvRound(seen.width * scale)), std::max(1, cvRound(seen.height * scale)));
  const cv::Mat rgb = ReadScaled(image, seen, size);
  cv::Mat region = cv::Mat::zeros(seen.size(), CV_8U), inside;
  finding.region.copyTo(region(finding.box - seen.tl()));
  cv::resize(region, inside, size, 0, 0, cv::INTER_NEAREST);
  const bool known = !finding.strokes.empty();
  std::vector<cv::Mat> planes;
  if (known) {
    planes.assign(5, cv::Mat::zeros(size, CV_32F));
    planes[0] = Coverage(finding, seen, size);
  } else {
    ASSIGN_OR_RETURN(planes, AskAll(session, threads, rgb, inside, mirrors));
  }
  cv::Mat color;
  cv::merge(&planes[2], 3, color);

  // In whole px of the matte, so that both grids agree.
  const cv::Rect wanted = Grown(finding.box, cvRound(kMarginPx / scale), image.pixels.size()) - seen.tl();
  const cv::Rect kept = scale == 1 ? wanted : cv::Rect({}, size);
  return Matte{.area = scale == 1 ? wanted + seen.tl() : seen,
               .scale = scale,
               .rgb = rgb(kept),
               .inside = inside(kept),
               .mask = planes[0](kept),
               .coverage = known ? planes[0](kept) : cv::Mat(),
               .alpha = planes[1](kept),
               .alpha_color = color(kept)};
}

cv::Mat ReadScaled(const image::Image& image, const cv::Rect& area, cv::Size size) {
  if (area.size() == size) return image::ReadRgb(image, area);
  image::Image part = image;
  cv::resize(image.pixels(area), part.pixels, size, 0, 0, cv::INTER_AREA);
  return image::ReadRgb(part, cv::Rect({}, size));
}

cv::Mat AtNative(const Matte& matte, const cv::Mat& plane, const cv::Rect& part) {
  const cv::Rect local = part - matte.area.tl();
  if (plane.size() == matte.area.size()) return plane(local);
  const double x = static_cast<double>(plane.cols) / matte.area.width;
  const double y = static_cast<double>(plane.rows) / matte.area.height;
  // Pixel centres: image px p lies at (p + 1/2) x - 1/2 of the matte.
  const cv::Matx23d to_matte(x, 0, (local.x + .5) * x - .5, 0, y, (local.y + .5) * y - .5);
  cv::Mat native;
  cv::warpAffine(plane, native, to_matte, part.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  return native;
}

}  // namespace removr::erase
