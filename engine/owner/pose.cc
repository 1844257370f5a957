#include "engine/owner/pose.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::owner {
namespace {

// The smallest of the template's sizes that is not smaller than the pose shows it.
const Sheet& SizeFor(const Template& overlay, double scale) {
  std::size_t index = 0;
  while (index + 1 < overlay.sizes.size() && scale <= std::ldexp(1.0, -static_cast<int>(index) - 1)) ++index;
  return overlay.sizes[index];
}

// The template averaged down to `scale`, with a margin so that its edge is not cut.
Sheet Averaged(const Template& overlay, double scale, cv::Size2d& actual) {
  const Sheet& from = SizeFor(overlay, scale);
  // Sizes are halved with a border of up to half a px, so `from` may show a little more than the template.
  const double halved = std::pow(2.0, std::floor(std::log2(overlay.size().width / from.opacity.cols) + .5));
  const cv::Size size(std::max(1, cvRound(from.opacity.cols * halved * scale)),
                      std::max(1, cvRound(from.opacity.rows * halved * scale)));
  actual = {size.width / (from.opacity.cols * halved), size.height / (from.opacity.rows * halved)};
  Sheet sheet;
  cv::resize(from.opacity, sheet.opacity, size, 0, 0, cv::INTER_AREA);
  cv::resize(from.premultiplied, sheet.premultiplied, size, 0, 0, cv::INTER_AREA);
  return sheet;
}

// From a pixel's index in the window to one in a sheet that shows the template `sheet_scale` times as large.
cv::Matx23d Inverse(const Pose& pose, cv::Size2d template_size, cv::Size2d sheet_scale, const cv::Rect& window) {
  const double c = std::cos(pose.angle) / pose.scale, s = std::sin(pose.angle) / pose.scale;
  const cv::Matx22d turn(c * sheet_scale.width, s * sheet_scale.width, -s * sheet_scale.height, c * sheet_scale.height);
  const cv::Vec2d from(window.x + .5 - pose.center.x, window.y + .5 - pose.center.y);
  const cv::Vec2d shift = turn * from + cv::Vec2d(template_size.width / 2 * sheet_scale.width - .5,
                                                  template_size.height / 2 * sheet_scale.height - .5);
  return {turn(0, 0), turn(0, 1), shift[0], turn(1, 0), turn(1, 1), shift[1]};
}

void Sharpen(double by, Sheet& sheet) {
  const auto less = [&](cv::Mat& plane) {
    cv::Mat laplacian;
    cv::Laplacian(plane, laplacian, CV_32F, 1, 1, 0, cv::BORDER_CONSTANT);
    plane = cv::max(plane - by * laplacian, 0);
  };
  less(sheet.opacity);
  less(sheet.premultiplied);
  sheet.opacity = cv::min(sheet.opacity, 1);
}

}  // namespace

Pose Scaled(const Pose& pose, double by) { return {pose.center * by, pose.scale * by, pose.angle}; }

cv::Rect Bounds(cv::Size2d size, const Pose& pose) {
  const double c = std::abs(std::cos(pose.angle)), s = std::abs(std::sin(pose.angle));
  const double half_width = (size.width * c + size.height * s) * pose.scale / 2;
  const double half_height = (size.width * s + size.height * c) * pose.scale / 2;
  const cv::Point low(cvFloor(pose.center.x - half_width) - 1, cvFloor(pose.center.y - half_height) - 1);
  const cv::Point high(cvCeil(pose.center.x + half_width) + 1, cvCeil(pose.center.y + half_height) + 1);
  return {low, high};
}

Sheet Render(const Template& overlay, const Pose& pose, const cv::Rect& window, const Rendering& rendering) {
  const bool average = rendering.kernel == Kernel::kSmooth && pose.scale < 1;
  cv::Size2d scale(1, 1);
  const Sheet from = average ? Averaged(overlay, pose.scale, scale) : overlay.sizes[0];
  const cv::Matx23d inverse = Inverse(pose, overlay.size(), scale, window);
  const int flags = (rendering.kernel == Kernel::kLinear ? cv::INTER_LINEAR : cv::INTER_CUBIC) | cv::WARP_INVERSE_MAP;
  Sheet sheet;
  const auto warp = [&](const cv::Mat& plane, cv::Mat& into) {
    cv::warpAffine(plane, into, inverse, window.size(), flags, cv::BORDER_CONSTANT);
  };
  warp(from.opacity, sheet.opacity);
  warp(from.premultiplied, sheet.premultiplied);
  if (rendering.sharpness != 0) {
    Sharpen(rendering.sharpness, sheet);
  } else if (rendering.kernel != Kernel::kLinear) {
    sheet.opacity = cv::max(cv::min(sheet.opacity, 1), 0);
    sheet.premultiplied = cv::max(sheet.premultiplied, 0);
  }
  return sheet;
}

}  // namespace removr::owner
