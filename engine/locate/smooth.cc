#include "engine/locate/smooth.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::locate {

cv::Mat Smooth(const cv::Mat& plane, double sigma) {
  const int side = std::max(1, cvRound(sigma * std::sqrt(6.0))) | 1;
  cv::Mat once, twice;
  cv::blur(plane, once, {side, side}, {-1, -1}, cv::BORDER_REFLECT_101);
  cv::blur(once, twice, {side, side}, {-1, -1}, cv::BORDER_REFLECT_101);
  return twice;
}

}  // namespace removr::locate
