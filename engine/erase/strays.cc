#include "engine/erase/strays.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/erase/strays_weights.h"
#include "engine/erase/trees.h"

namespace removr::erase {
namespace {

constexpr float kStray = .4F;  // below this probability a stroke is the photograph's

// What is summed over the pixels of a stroke.
struct Sums {
  int px = 0, painted = 0;
  float belief = 0, evidence = 0, alpha = 0;
  cv::Vec3f color;
};

float FarthestChannel(const cv::Vec3f& a, const cv::Vec3f& b) {
  float farthest = 0;
  for (int c = 0; c < 3; ++c) farthest = std::max(farthest, std::abs(a[c] - b[c]));
  return farthest;
}

std::vector<Sums> SumUp(const Matte& matte, const cv::Mat& evidence, const cv::Mat& painted, const cv::Mat& labels,
                        int count) {
  std::vector<Sums> sums(count);
  for (int y = 0; y < labels.rows; ++y) {
    for (int x = 0; x < labels.cols; ++x) {
      Sums& sum = sums[labels.at<int>(y, x)];
      ++sum.px;
      sum.belief += matte.mask.at<float>(y, x);
      sum.alpha += matte.alpha.at<float>(y, x);
      sum.color += matte.alpha_color.at<cv::Vec3f>(y, x);
      if (!evidence.empty()) sum.evidence += evidence.at<float>(y, x);
      if (!painted.empty() && painted.at<float>(y, x) > .5F) ++sum.painted;
    }
  }
  return sums;
}

}  // namespace

std::array<float, kStrokeNames.size()> ToFeatures(const Stroke& stroke) {
  return {stroke.belief, stroke.evidence, stroke.size, stroke.painted, stroke.off};
}

float ProbablyStroke(const Stroke& stroke) { return Probability(kStrokeBias, kStrokeWeights, ToFeatures(stroke)); }

Strokes FindStrokes(const Matte& matte, const std::vector<Layer>& layers, const cv::Mat& painted,
                    const cv::Mat& changed) {
  Strokes measured;
  const int count = cv::connectedComponents(changed, measured.labels, 8, CV_32S);
  const cv::Mat evidence = layers.empty() ? cv::Mat() : Likelier(matte.rgb, layers.front());
  const std::vector<Sums> sums = SumUp(matte, evidence, painted, measured.labels, count);
  int largest = 1;
  for (int i = 1; i < count; ++i) largest = std::max(largest, sums[i].px);
  for (int i = 1; i < count; ++i) {
    const Sums& sum = sums[i];
    const auto px = static_cast<float>(sum.px);
    const cv::Vec3f color = sum.color / (sum.alpha + 1e-3F * px);
    measured.strokes.push_back({.belief = sum.belief / px,
                                .evidence = sum.evidence / px,
                                .size = std::log(px / static_cast<float>(largest)),
                                .painted = static_cast<float>(sum.painted) / px,
                                .off = layers.empty() ? 0 : FarthestChannel(color, layers.front().blend.color)});
  }
  return measured;
}

cv::Mat Strays(const Strokes& strokes) {
  std::vector<bool> stray{false};
  for (const Stroke& stroke : strokes.strokes) stray.push_back(stroke.size < 0 && ProbablyStroke(stroke) < kStray);
  cv::Mat strays(strokes.labels.size(), CV_8U);
  std::transform(strokes.labels.begin<int>(), strokes.labels.end<int>(), strays.begin<std::uint8_t>(),
                 [&](int label) -> std::uint8_t { return stray[label] ? 255 : 0; });
  return strays;
}

}  // namespace removr::erase
