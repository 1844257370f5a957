#include "engine/erase/unblend.h"

#include <algorithm>

namespace removr::erase {

cv::Mat Unblend(const cv::Mat& image, const cv::Mat& alpha, const cv::Mat& alpha_color) {
  cv::Mat below(image.size(), CV_32FC3);
  for (int y = 0; y < image.rows; ++y) {
    const auto* in = image.ptr<cv::Vec3f>(y);
    const auto* color = alpha_color.ptr<cv::Vec3f>(y);
    const float* opacity = alpha.ptr<float>(y);
    auto* out = below.ptr<cv::Vec3f>(y);
    for (int x = 0; x < image.cols; ++x) {
      const float gain = 1 / (1 - std::min(opacity[x], kOpaque));
      for (int c = 0; c < 3; ++c) out[x][c] = std::clamp((in[x][c] - color[x][c]) * gain, 0.0F, 1.0F);
    }
  }
  return below;
}

}  // namespace removr::erase
