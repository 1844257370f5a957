#include "engine/owner/colors.h"

namespace removr::owner {

std::vector<cv::Mat> ToPlanes(const cv::Mat& rgb, int count) {
  const cv::Matx33f map(.299F, .587F, .114F, -.299F, -.587F, .886F, .701F, -.587F, -.114F);
  cv::Mat mixed;
  cv::transform(rgb, mixed, cv::Mat(map).rowRange(0, count));
  std::vector<cv::Mat> planes;
  cv::split(mixed, planes);
  return planes;
}

cv::Mat FromPlanes(const std::vector<cv::Mat>& planes) {
  cv::Mat mixed, rgb;
  cv::merge(planes, mixed);
  // G = Y - (.299 (R - Y) + .114 (B - Y)) / .587
  const cv::Matx33f map(1, 0, 1, 1, -.114F / .587F, -.299F / .587F, 1, 1, 0);
  cv::transform(mixed, rgb, cv::Mat(map));
  return rgb;
}

}  // namespace removr::owner
