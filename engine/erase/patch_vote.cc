#include "engine/erase/patch_vote.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core/hal/intrin.hpp>
#include <vector>

namespace removr::erase {
namespace {

// 1 / (2 sigma^2), with sigma^2 the 75th percentile of the distances, as in Wexler et al.
float Steepness(const Field& field, float doubt) {
  if (doubt <= 0) return 0;
  std::vector<int> distances;
  for (int row = 0; row < field.size().height; ++row)
    for (int column = 0; column < field.size().width; ++column)
      if (field.active(column, row)) distances.push_back(field.match(column, row).distance);
  if (distances.empty()) return 0;
  const auto at = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() * 3 / 4);
  std::nth_element(distances.begin(), at, distances.end());
  constexpr float kNoise = 4 * 3 * kPatchPx * kPatchPx;  // two levels in every value
  return .5F / (doubt * (static_cast<float>(*at) + kNoise));
}

std::array<float, kPatchPx> Kernel(float spread_px) {
  std::array<float, kPatchPx> kernel{};
  for (int i = 0; i < kPatchPx; ++i) {
    const float away = static_cast<float>(i) - (kPatchPx - 1) / 2.0F;
    kernel[i] = std::exp(-away * away / (2 * spread_px * spread_px));
  }
  return kernel;
}

void Add(const cv::Mat& picture, cv::Point source, cv::Point target, float weight,
         const std::array<float, kPatchPx>& kernel, cv::Mat& sum) {
  for (int y = 0; y < kPatchPx; ++y) {
    const float* from = picture.ptr<float>(source.y + y, source.x);
    float* to = sum.ptr<float>(target.y + y, target.x);
    for (int x = 0; x < kPatchPx; ++x) {
      const cv::v_float32x4 w = cv::v_setall_f32(weight * kernel[y] * kernel[x]);
      cv::v_store(to + 4 * x, cv::v_muladd(cv::v_load(from + 4 * x), w, cv::v_load(to + 4 * x)));
    }
  }
}

}  // namespace

cv::Mat Vote(const cv::Mat& picture, const Field& field, const cv::Rect& part, const Ballot& ballot) {
  cv::Mat sum = cv::Mat::zeros(part.size(), CV_32FC4);
  const float steepness = Steepness(field, ballot.doubt);
  const auto kernel = Kernel(ballot.spread_px);
  for (int row = 0; row < field.size().height; ++row)
    for (int column = 0; column < field.size().width; ++column) {
      const Match& match = field.match(column, row);
      if (!field.active(column, row) || match.source.x < 0) continue;
      const float weight = std::max(1e-6F, std::exp(-static_cast<float>(match.distance) * steepness));
      Add(picture, match.source, field.At(column, row) - part.tl(), weight, kernel, sum);
    }
  for (int y = 0; y < sum.rows; ++y) {
    auto* row = sum.ptr<cv::Vec4f>(y);
    for (int x = 0; x < sum.cols; ++x)
      if (row[x][3] > 0) row[x] *= 1 / row[x][3];
  }
  return sum;
}

}  // namespace removr::erase
