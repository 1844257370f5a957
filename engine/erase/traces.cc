#include "engine/erase/traces.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

constexpr double kRatio = 1.6;  // of contrast left to contrast around; found on composites, where 1.3 to 2 do as well
constexpr double kContrastFloor = .004;  // one level of 255: below it a ratio means nothing
constexpr double kAllowed = .008;  // contrast that can't be seen

cv::Mat Contrast(const cv::Mat& rgb) {
  cv::Mat luma, across, down, magnitude;
  cv::cvtColor(rgb, luma, cv::COLOR_RGB2GRAY);
  cv::Sobel(luma, across, CV_32F, 1, 0, 3, 1 / 8.0);
  cv::Sobel(luma, down, CV_32F, 0, 1, 3, 1 / 8.0);
  cv::magnitude(across, down, magnitude);
  return magnitude;
}

cv::Mat Dilated(const cv::Mat& mask, int side) {
  cv::Mat larger;
  cv::dilate(mask, larger, cv::Mat::ones(side, side, CV_8U));
  return larger;
}

}  // namespace

Traces MeasureTraces(const cv::Mat& rgb, const cv::Mat& below, const cv::Mat& changed, const cv::Mat& unclear) {
  const cv::Mat contrast_before = Contrast(rgb), contrast_after = Contrast(below);
  const cv::Mat strokes = Dilated(changed, 3);
  const cv::Mat around = Dilated(changed, 25) & ~Dilated(unclear.empty() ? changed : changed | unclear, 7);
  return {cv::mean(contrast_before, strokes)[0], cv::mean(contrast_after, strokes)[0],
          cv::mean(contrast_before, around)[0]};
}

float LogOverAround(double contrast, const Traces& traces) {
  return static_cast<float>(std::log((contrast + kContrastFloor) / (traces.around + kContrastFloor)));
}

bool LeftTraces(const Traces& traces) { return traces.after > kRatio * traces.around + kAllowed; }

}  // namespace removr::erase
