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

}  // namespace removr::owner
