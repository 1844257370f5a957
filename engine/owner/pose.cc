#include "engine/owner/pose.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::owner {
namespace {

// From a pixel's index in the window, `fine` times as many there, to one in a source.
cv::Matx23d Inverse(const Pose& pose, cv::Size2d template_size, double source_scale, const cv::Rect& window, int fine) {
  const double times = source_scale / pose.scale;
  const double c = std::cos(pose.angle) * times, s = std::sin(pose.angle) * times;
  const cv::Matx22d turn(c, s, -s / pose.aspect, c / pose.aspect);
  const cv::Vec2d from(window.x + .5 / fine - pose.center.x, window.y + .5 / fine - pose.center.y);
  const cv::Vec2d middle(template_size.width / 2 * source_scale - .5, template_size.height / 2 * source_scale - .5);
  const cv::Vec2d shift = turn * from + middle;
  return {turn(0, 0) / fine, turn(0, 1) / fine, shift[0], turn(1, 0) / fine, turn(1, 1) / fine, shift[1]};
}

Sheet Warped(const Sheet& from, const cv::Matx23d& inverse, cv::Size size, int interpolation) {
  Sheet sheet;
  const int flags = interpolation | cv::WARP_INVERSE_MAP;
  cv::warpAffine(from.opacity, sheet.opacity, inverse, size, flags, cv::BORDER_CONSTANT);
  cv::warpAffine(from.premultiplied, sheet.premultiplied, inverse, size, flags, cv::BORDER_CONSTANT);
  return sheet;
}

int Interpolation(Kernel kernel) {
  switch (kernel) {
    case Kernel::kLinear: return cv::INTER_LINEAR;
    case Kernel::kLanczos: return cv::INTER_LANCZOS4;
    case Kernel::kSmooth:
    case Kernel::kCubic: break;
  }
  return cv::INTER_CUBIC;
}

// The mean over each pixel of the picture, of fine x fine samples of the smallest size that has two px for it.
Sheet Averaged(const Template& overlay, const Pose& pose, const cv::Rect& window, int fine) {
  constexpr int kBandRows = 32;  // more is not held at `fine` times the resolution
  std::size_t index = 0;
  while (index + 1 < overlay.sizes.size() && pose.scale <= std::ldexp(1.0, -static_cast<int>(index) - 2)) ++index;
  const double halved = std::ldexp(1.0, -static_cast<int>(index));
  Sheet sheet{cv::Mat(window.size(), CV_32F), cv::Mat(window.size(), CV_32FC3)};
  for (int y = 0; y < window.height; y += kBandRows) {
    const cv::Rect band(0, y, window.width, std::min(kBandRows, window.height - y));
    const Sheet samples = Warped(overlay.sizes[index], Inverse(pose, overlay.size(), halved, band + window.tl(), fine),
                                 band.size() * fine, cv::INTER_LINEAR);
    const auto average = [&](const cv::Mat& plane, cv::Mat into) {
      cv::resize(plane, into, into.size(), 0, 0, cv::INTER_AREA);
    };
    average(samples.opacity, sheet.opacity(band));
    average(samples.premultiplied, sheet.premultiplied(band));
  }
  return sheet;
}

// Takes a share of the Laplacian off; where it is added, as the blur that it begins with.
void Sharpen(double by, cv::Mat& plane) {
  if (by < 0) {
    cv::GaussianBlur(plane, plane, {}, std::sqrt(-2 * by), 0, cv::BORDER_CONSTANT);
    return;
  }
  cv::Mat laplacian;
  cv::Laplacian(plane, laplacian, CV_32F, 1, 1, 0, cv::BORDER_CONSTANT);
  plane -= by * laplacian;
}

// What overshoots is cut, as programs do that store pixels in between: opacities to [0,1], colours to [0,opacity].
void Clip(Sheet& sheet) {
  sheet.opacity = cv::max(cv::min(sheet.opacity, 1), 0);
  std::vector<cv::Mat> colors;
  cv::split(sheet.premultiplied, colors);
  for (cv::Mat& color : colors) color = cv::max(cv::min(color, sheet.opacity), 0);
  cv::merge(colors, sheet.premultiplied);
}

}  // namespace

Pose Scaled(const Pose& pose, double by) { return {pose.center * by, pose.scale * by, pose.angle, pose.aspect}; }

cv::Rect Bounds(cv::Size2d size, const Pose& pose) {
  const double c = std::abs(std::cos(pose.angle)), s = std::abs(std::sin(pose.angle));
  const double width = size.width * pose.scale, height = size.height * pose.scale * pose.aspect;
  const double half_width = (width * c + height * s) / 2, half_height = (width * s + height * c) / 2;
  const cv::Point low(cvFloor(pose.center.x - half_width) - 1, cvFloor(pose.center.y - half_height) - 1);
  const cv::Point high(cvCeil(pose.center.x + half_width) + 1, cvCeil(pose.center.y + half_height) + 1);
  return {low, high};
}

Sheet Render(const Template& overlay, const Pose& pose, const cv::Rect& window, const Rendering& rendering) {
  const bool average = rendering.kernel == Kernel::kSmooth && pose.scale < 1;
  Sheet sheet = average ? Averaged(overlay, pose, window, rendering.fine)
                        : Warped(overlay.sizes[0], Inverse(pose, overlay.size(), 1, window, 1), window.size(),
                                 Interpolation(rendering.kernel));
  if (rendering.sharpness != 0) {
    Sharpen(rendering.sharpness, sheet.opacity);
    Sharpen(rendering.sharpness, sheet.premultiplied);
  }
  Clip(sheet);
  return sheet;
}

}  // namespace removr::owner
