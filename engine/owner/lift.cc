#include "engine/owner/lift.h"

#include <algorithm>
#include <cmath>

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

void LiftBand(const Template& overlay, const Fit& fit, const cv::Rect& band, Lifted& lifted) {
  const Sheet sheet = Render(overlay, fit.pose, band, fit.rendering);
  cv::Mat rgb = image::ReadRgb(lifted.image, band), changed = cv::Mat::zeros(band.size(), CV_8U);
  const auto g = static_cast<float>(fit.opacity);
  for (int y = 0; y < band.height; ++y) {
    for (int x = 0; x < band.width; ++x) {
      const float a = std::min(g * sheet.opacity.at<float>(y, x), 1.0F);
      if (a < kShows) continue;
      changed.at<std::uint8_t>(y, x) = 255;
      if (a > kHidden) {
        lifted.hidden.at<std::uint8_t>(band.y + y, band.x + x) = 255;
        continue;
      }
      cv::Vec3f& pixel = rgb.at<cv::Vec3f>(y, x);
      pixel = (pixel - sheet.premultiplied.at<cv::Vec3f>(y, x) * g) / (1 - a);
    }
  }
  image::WriteRgb(lifted.image, band, rgb, changed);
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
