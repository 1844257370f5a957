#include "engine/erase/remains.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/erase/remains_trees.h"

namespace removr::erase {
namespace {

constexpr int kNearPx = 9;  // what a step is measured over

// Mean of the image over the pixels nearby that `where` (CV_32FC1, 0 or 1) has.
cv::Mat MeanNearby(const cv::Mat& image, const cv::Mat& where, const cv::Mat& share) {
  cv::Mat weight, sum;
  cv::merge(std::array{where, where, where}, weight);
  cv::boxFilter(image.mul(weight), sum, CV_32F, cv::Size(kNearPx, kNearPx));
  cv::merge(std::array{share, share, share}, weight);
  return sum / cv::max(weight, 1e-3);
}

}  // namespace

void Worsen(const Remains& other, Remains& remains) {
  remains.rest = std::max(remains.rest, other.rest);
  remains.beyond = std::max(remains.beyond, other.beyond);
  remains.belief = std::max(remains.belief, other.belief);
  if (std::abs(other.ghost) > std::abs(remains.ghost)) remains.ghost = other.ghost;
  remains.step = std::max(remains.step, other.step);
  remains.edges = std::max(remains.edges, other.edges);
  remains.doubt = std::max(remains.doubt, other.doubt);
  remains.trust = std::min(remains.trust, other.trust);
  remains.opacity = std::max(remains.opacity, other.opacity);
  remains.size = std::max(remains.size, other.size);
  remains.tiles |= other.tiles;
}

Ghost MeasureGhost(const cv::Mat& before, const cv::Mat& after, const cv::Mat& changed) {
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
  const int count = cv::countNonZero(border);
  if (count == 0) return {};
  const cv::Mat left = step(after), taken = step(before) - left;
  const cv::Scalar along = cv::mean(left.mul(taken), border), square = cv::mean(taken.mul(taken), border);
  const double power = square[0] + square[1] + square[2];
  if (power <= 0) return {};
  const double share = (along[0] + along[1] + along[2]) / power;
  return {static_cast<float>(share), static_cast<float>(std::abs(share) * std::sqrt(power))};
}

std::array<float, kRemainsNames.size()> ToFeatures(const Remains& remains) {
  return {remains.rest,  remains.beyond, remains.belief,  remains.ghost, remains.step,               remains.edges,
          remains.doubt, remains.trust,  remains.opacity, remains.size,  remains.tiles ? 1.0F : 0.0F};
}

float ProbablyGone(const Remains& remains) { return Probability(kRemainsBias, kRemainsTrees, ToFeatures(remains)); }

}  // namespace removr::erase
