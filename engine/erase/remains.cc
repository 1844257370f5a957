#include "engine/erase/remains.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/erase/remains_weights.h"
#include "engine/erase/trees.h"

namespace removr::erase {
namespace {

constexpr int kNearPx = 9;  // what a step is measured over

// Mean of the image over the pixels nearby that `where` (CV_32FC1, 0 or 1) has; `share`: how many of them those are.
cv::Mat MeanNearby(const cv::Mat& image, const cv::Mat& where, const cv::Mat& share) {
  cv::Mat weight, sum;
  cv::merge(std::array{where, where, where}, weight);
  cv::boxFilter(image.mul(weight), sum, CV_32F, cv::Size(kNearPx, kNearPx));
  cv::merge(std::array{share, share, share}, weight);
  return sum / cv::max(weight, 1e-3);
}

}  // namespace

void Worsen(const Remains& other, Remains& remains) {
  remains.belief = std::max(remains.belief, other.belief);
  if (std::abs(other.ghost) > std::abs(remains.ghost)) remains.ghost = other.ghost;
  remains.edges = std::max(remains.edges, other.edges);
  remains.doubt = std::max(remains.doubt, other.doubt);
  remains.trust = std::min(remains.trust, other.trust);
  remains.size = std::max(remains.size, other.size);
  remains.opacity = std::max(remains.opacity, other.opacity);
  remains.tiles |= other.tiles;
}

float Ghost(const cv::Mat& before, const cv::Mat& after, const cv::Mat& changed) {
  constexpr float kEnough = .1F;  // of the pixels nearby, inside as well as outside
  cv::Mat inside, outside, near, inside_share, outside_share;
  cv::Mat(changed != 0).convertTo(inside, CV_32F, 1 / 255.0);
  cv::dilate(changed, near, cv::Mat::ones(3, 3, CV_8U));
  cv::Mat(near == 0).convertTo(outside, CV_32F, 1 / 255.0);
  cv::boxFilter(inside, inside_share, CV_32F, cv::Size(kNearPx, kNearPx));
  cv::boxFilter(outside, outside_share, CV_32F, cv::Size(kNearPx, kNearPx));
  const auto step = [&](const cv::Mat& image) -> cv::Mat {
    return MeanNearby(image, inside, inside_share) - MeanNearby(image, outside, outside_share);
  };
  const cv::Mat border = (changed != 0) & (inside_share > kEnough) & (outside_share > kEnough);
  if (cv::countNonZero(border) == 0) return 0;
  const cv::Mat left = step(after), taken = step(before) - left;
  const cv::Scalar along = cv::mean(left.mul(taken), border), square = cv::mean(taken.mul(taken), border);
  const double power = square[0] + square[1] + square[2];
  return power > 0 ? static_cast<float>((along[0] + along[1] + along[2]) / power) : 0;
}

std::array<float, kRemainsNames.size()> ToFeatures(const Remains& remains) {
  constexpr float kFloor = .03F;  // below it, differences say nothing
  return {remains.belief,  std::log(std::abs(remains.ghost) + kFloor),
          remains.edges,   remains.doubt,
          remains.trust,   remains.size,
          remains.opacity, remains.tiles ? 1.0F : 0.0F};
}

float ProbablyGone(const Remains& remains) { return Probability(kRemainsBias, kRemainsWeights, ToFeatures(remains)); }

}  // namespace removr::erase
