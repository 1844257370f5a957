#include "engine/owner/lift.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/owner/colors.h"

namespace removr::owner {
namespace {

constexpr float kShows = 1 / 255.0F;  // opacity that can change a value
constexpr float kHidden = .93F;       // above it the file's steps become too coarse: 1 / (1 - a) is over 14
constexpr int kBandRows = 256;        // floats are held for no more at a time

image::Finding ToFinding(const Fit& fit, const cv::Rect& box, bool several) {
  image::Finding finding;
  finding.kind = several ? image::Kind::kWatermark : image::Kind::kLogo;
  finding.box = box;
  finding.confidence = static_cast<float>(fit.agreement * (1 - std::exp(-fit.score / 8)));
  finding.opacity = static_cast<float>(fit.opacity);
  return finding;
}

// J = (I - g P) / (1 - g a), of one plane.
void Invert(const cv::Mat& color, const cv::Mat& opacity, float times, cv::Mat& plane) {
  for (int y = 0; y < plane.rows; ++y) {
    const float *p = color.ptr<float>(y), *a = opacity.ptr<float>(y);
    float* out = plane.ptr<float>(y);
    for (int x = 0; x < plane.cols; ++x) out[x] = (out[x] - p[x] * times) / (1 - std::min(a[x] * times, kHidden));
  }
}

cv::Mat Softened(const cv::Mat& plane, const cv::Rect& part) {
  cv::Mat soft;
  cv::GaussianBlur(plane, soft, {}, kSoftness);
  return soft(part);
}

void LiftBand(const Template& overlay, const Fit& fit, const cv::Rect& band, Lifted& lifted) {
  constexpr int kAround = 4;  // px that blurring looks at
  const cv::Rect wide(band.x - kAround, band.y - kAround, band.width + 2 * kAround, band.height + 2 * kAround);
  const cv::Rect inside(kAround, kAround, band.width, band.height);
  const Sheet sheet = Render(overlay, fit.pose, wide, fit.rendering);
  const std::vector<cv::Mat> colors = ToPlanes(sheet.premultiplied, kPlanes);
  std::vector<cv::Mat> planes = ToPlanes(image::ReadRgb(lifted.image, band), kPlanes);
  const auto g = static_cast<float>(fit.opacity);
  const cv::Mat opacity = sheet.opacity(inside);
  const bool soft = lifted.image.soft_colors;
  const cv::Mat color_opacity = soft ? Softened(sheet.opacity, inside) : opacity;
  Invert(colors[0](inside), opacity, g, planes[0]);
  for (int c = 1; c < kPlanes; ++c)
    Invert(soft ? Softened(colors[c], inside) : colors[c](inside), color_opacity, g, planes[c]);
  const cv::Mat changed = cv::max(opacity, color_opacity) * g >= kShows;
  image::WriteRgb(lifted.image, band, FromPlanes(planes), changed & (opacity * g <= kHidden));
  lifted.hidden(band) |= opacity * g > kHidden;
  lifted.changed(band) |= changed;
}

}  // namespace

Lifted Lift(const image::Image& upright, const Template& overlay, const std::vector<Fit>& placements) {
  const cv::Size size = upright.pixels.size();
  Lifted lifted{upright, cv::Mat::zeros(size, CV_8U), cv::Mat::zeros(size, CV_8U), {}};
  if (placements.empty()) return lifted;
  lifted.image.pixels = upright.pixels.clone();
  for (const Fit& fit : placements) {
    const cv::Rect box = Bounds(overlay.size(), fit.pose) & cv::Rect({}, size);
    for (int y = box.y; y < box.y + box.height; y += kBandRows) {
      LiftBand(overlay, fit, {box.x, y, box.width, std::min(kBandRows, box.y + box.height - y)}, lifted);
    }
    image::Finding finding = ToFinding(fit, box, placements.size() > 1);
    finding.region = lifted.changed(box).clone();
    lifted.findings.push_back(std::move(finding));
  }
  return lifted;
}

}  // namespace removr::owner
