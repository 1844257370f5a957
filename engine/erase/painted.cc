#include "engine/erase/painted.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/erase/unblend.h"

namespace removr::erase {
namespace {

// Adds the holes of `mask` (CV_8UC1) in which there is enough belief.
void AddEnclosed(const cv::Mat& belief, cv::Mat& mask) {
  constexpr double kBelieved = .2;
  constexpr int kOuter = 3;  // of a hierarchy's four: the contour around this one
  std::vector<std::vector<cv::Point>> contours;
  std::vector<cv::Vec4i> hierarchy;
  cv::findContours(mask, contours, hierarchy, cv::RETR_CCOMP, cv::CHAIN_APPROX_NONE);
  for (int i = 0; i < static_cast<int>(contours.size()); ++i) {
    if (hierarchy[i][kOuter] < 0) continue;
    const cv::Rect box = cv::boundingRect(contours[i]);
    cv::Mat hole = cv::Mat::zeros(box.size(), CV_8U);
    cv::drawContours(hole, contours, i, 255, cv::FILLED, cv::LINE_8, {}, 0, -box.tl());
    hole.setTo(0, mask(box));
    if (cv::countNonZero(hole) > 0 && cv::mean(belief(box), hole)[0] > kBelieved) mask(box).setTo(255, hole);
  }
}

}  // namespace

cv::Mat Painted(const cv::Mat& belief, const std::vector<Layer>& layers) {
  constexpr float kSurely = .9F;  // without a layer that explains it
  const bool opaque =
      std::ranges::any_of(layers, [](const Layer& layer) { return !layer.exact && layer.blend.opacity > kOpaque; });
  if (!opaque) return {};
  cv::Mat mask = belief > kSurely, painted;
  for (const Layer& layer : layers) mask |= layer.covered > .5F;
  AddEnclosed(belief, mask);
  mask.convertTo(painted, CV_32F, 1 / 255.0);
  return painted;
}

}  // namespace removr::erase
