#include "engine/erase/matte.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/nn/tiles.h"

namespace removr::erase {
namespace {

constexpr nn::Tiling kTiling{.tile_px = 384, .overlap_px = 64, .multiple_px = 32, .shrink = 1};
constexpr int kContextPx = 48;      // around a finding, at the matte's scale
constexpr int kThickestPx = 640;    // the thickest overlays of the training, at the matte's scale
constexpr double kAreaMaxPx = 6e6;  // of one matte

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

double ScaleFor(const image::Finding& finding) {
  const double by_thickness = kThickestPx / Thickness(finding.region);
  const double by_area = std::sqrt(kAreaMaxPx / finding.box.area());
  return std::min({1.0, by_thickness, by_area});
}

// A tile of the matte is read from the image at native resolution, and shrunk where the matte is coarser.
cv::Mat ReadScaled(const image::Image& image, const Matte& matte, const cv::Rect& tile, cv::Size size) {
  if (matte.scale == 1) return image::ReadRgb(image, tile + matte.area.tl());
  const double x = static_cast<double>(matte.area.width) / size.width;
  const double y = static_cast<double>(matte.area.height) / size.height;
  const cv::Rect native(cv::Point(cvRound(tile.x * x), cvRound(tile.y * y)),
                        cv::Point(cvRound(tile.br().x * x), cvRound(tile.br().y * y)));
  cv::Mat rgb;
  cv::resize(image::ReadRgb(image, native + matte.area.tl()), rgb, tile.size(), 0, 0, cv::INTER_AREA);
  return rgb;
}

}  // namespace

Result<Matte> PredictMatte(const nn::Session& session, int threads, const image::Image& image,
                           const image::Finding& finding) {
  Matte matte;
  matte.scale = ScaleFor(finding);
  matte.area = Grown(finding.box, cvRound(kContextPx / matte.scale), image.pixels.size());
  const cv::Size size(std::max(1, cvRound(matte.area.width * matte.scale)),
                      std::max(1, cvRound(matte.area.height * matte.scale)));
  const auto read = [&](const cv::Rect& tile) { return ReadScaled(image, matte, tile, size); };
  ASSIGN_OR_RETURN(auto planes, nn::RunTiled(session, size, kTiling, threads, read));

  cv::Mat region = cv::Mat::zeros(matte.area.size(), CV_8U), inside;
  finding.region.copyTo(region(finding.box - matte.area.tl()));
  cv::resize(region, inside, size, 0, 0, cv::INTER_NEAREST);
  for (cv::Mat& plane : planes) plane.setTo(0, inside == 0);
  matte.mask = planes[0];
  matte.alpha = planes[1];
  cv::merge(&planes[2], 3, matte.alpha_color);
  return matte;
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
