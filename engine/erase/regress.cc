#include "engine/erase/regress.h"

#include <algorithm>
#include <cmath>

namespace removr::erase {
namespace {

constexpr int kRounds = 12;
constexpr float kMostThrough = .97F;  // the slope's bound: fainter overlays are not to be told from none
constexpr float kTiny = 1e-6F;

struct Moments {
  cv::Vec3d mean_inside, mean_outside;
  double var_inside = 0, var_outside = 0, covariance = 0;  // over all channels
};

Moments Measure(const std::vector<Pair>& pairs, const std::vector<float>& weights) {
  Moments m;
  double total = kTiny;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    total += weights[i];
    m.mean_inside += cv::Vec3d(pairs[i].inside) * weights[i];
    m.mean_outside += cv::Vec3d(pairs[i].outside) * weights[i];
  }
  m.mean_inside *= 1 / total;
  m.mean_outside *= 1 / total;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const cv::Vec3d inside = cv::Vec3d(pairs[i].inside) - m.mean_inside;
    const cv::Vec3d outside = cv::Vec3d(pairs[i].outside) - m.mean_outside;
    m.var_inside += weights[i] * inside.dot(inside);
    m.var_outside += weights[i] * outside.dot(outside);
    m.covariance += weights[i] * inside.dot(outside);
  }
  return m;
}

Blend Solve(const Moments& m) {
  Blend blend;
  blend.correlation = static_cast<float>(m.covariance / std::sqrt(m.var_inside * m.var_outside + 1e-12));
  const double slope = m.covariance > 0 ? std::sqrt(m.var_inside / std::max(m.var_outside, 1e-12)) : 0;
  double opacity = 1 - std::clamp<double>(slope, 0, kMostThrough);
  // W = (inside - (1 - o) outside) / o must lie in [0,1]: o can't be less than the change over the largest change
  // possible.
  for (int c = 0; c < 3; ++c) {
    const double change = m.mean_inside[c] - m.mean_outside[c];
    const double room = change > 0 ? 1 - m.mean_outside[c] : m.mean_outside[c];
    opacity = std::max(opacity, std::abs(change) / std::max<double>(room, kTiny));
  }
  opacity = std::clamp<double>(opacity, 0, 1);
  for (int c = 0; c < 3; ++c) {
    const double color = (m.mean_inside[c] - (1 - opacity) * m.mean_outside[c]) / opacity;
    blend.color[c] = static_cast<float>(std::clamp(color, 0.0, 1.0));
  }
  blend.opacity = static_cast<float>(opacity);
  return blend;
}

float Distance(const Pair& pair, const Blend& blend) {
  return static_cast<float>(cv::norm(pair.inside - pair.outside * (1 - blend.opacity) - blend.color * blend.opacity));
}

float Median(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Blend FitBlend(const std::vector<Pair>& pairs) {
  std::vector<float> weights(pairs.size()), distances(pairs.size());
  std::transform(pairs.begin(), pairs.end(), weights.begin(), [](const Pair& pair) { return pair.weight; });
  Blend blend;
  for (int round = 0; round < kRounds; ++round) {
    blend = Solve(Measure(pairs, weights));
    for (std::size_t i = 0; i < pairs.size(); ++i) distances[i] = Distance(pairs[i], blend);
    blend.residual = Median(distances);
    const float scale = 1.5F * blend.residual + .002F;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const float r = distances[i] / scale;
      weights[i] = pairs[i].weight / (1 + r * r);
    }
  }
  return blend;
}

}  // namespace removr::erase
