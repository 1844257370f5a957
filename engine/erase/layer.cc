#include "engine/erase/layer.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/erase/pieces.h"

namespace removr::erase {
namespace {

constexpr int kRounds = 3;
// Local means are taken at half the resolution (radii in its px): of what lies inside and outside a stroke's edge; and
// of the background, near a pixel, or farther away where nothing is near.
constexpr int kPairRadius = 1, kNearRadius = 2, kFarRadius = 6;
constexpr float kFarWeight = .01F;
constexpr float kNoise = .012F;      // of a pixel, JPEG's included, as a standard deviation
constexpr float kFileNoise = .006F;  // 8-bit steps and light JPEG alone
constexpr int kPairsMin = 25;
constexpr float kEvidenceMax = 8;  // log likelihood ratio of one pixel
constexpr float kBeliefWeight = .7F, kEvidenceWeight = .6F, kNeighbourWeight = 2.5F;
constexpr float kSeeThrough = .8F;  // above this opacity, covered pixels say nothing about the background

// Two box filters after each other: a triangle that is 2 `radius` wide to each side, at a cost that does not depend on
// it.
cv::Mat Smooth(const cv::Mat& plane, int radius) {
  const cv::Size box(2 * radius + 1, 2 * radius + 1);
  cv::Mat once, twice;
  cv::blur(plane, once, box, {-1, -1}, cv::BORDER_REFLECT_101);
  cv::blur(once, twice, box, {-1, -1}, cv::BORDER_REFLECT_101);
  return twice;
}

cv::Mat Times(const cv::Mat& rgb, const cv::Mat& weight) {
  cv::Mat weight3;
  cv::merge(std::vector<cv::Mat>(3, weight), weight3);
  return rgb.mul(weight3);
}

const cv::Mat& Square3() {
  static const cv::Mat square = cv::Mat::ones(3, 3, CV_8U);
  return square;
}

float Logit(float p) {
  const float bounded = std::clamp(p, .02F, .98F);
  return std::log(bounded / (1 - bounded));
}

float Logistic(float z) { return 1 / (1 + std::exp(-std::clamp(z, -12.0F, 12.0F))); }

template <typename Function>
cv::Mat Map(const cv::Mat& plane, Function function) {
  cv::Mat out(plane.size(), CV_32F);
  for (int y = 0; y < plane.rows; ++y) {
    const float* in = plane.ptr<float>(y);
    std::transform(in, in + plane.cols, out.ptr<float>(y), function);
  }
  return out;
}

// How surely a pixel is inside, and how surely outside: both 0 near an edge.
struct Sides {
  cv::Mat inside, outside;
};

Sides TellSides(const cv::Mat& covered, const cv::Mat& belief, const cv::Mat& taken) {
  Sides sides;
  cv::Mat inside;
  // The network's part keeps the fit from chasing its own tail: pixels that look covered by chance would raise the
  // opacity.
  cv::addWeighted(covered, .7, belief, .3, 0, inside);
  inside = Map(inside, [](float p) { return std::clamp((p - .4F) * 2, 0.0F, 1.0F); });
  cv::Mat core;
  cv::erode(inside, core, Square3());
  sides.inside = cv::min(inside, core + .1 * inside);
  cv::Mat any;
  cv::dilate(taken.empty() ? covered : cv::Mat(cv::max(covered, taken)), any, Square3());
  sides.outside = Map(any, [](float p) { return std::clamp((.3F - p) / .3F, 0.0F, 1.0F); });
  if (!taken.empty()) sides.inside = sides.inside.mul(1 - taken);
  return sides;
}

cv::Mat Halved(const cv::Mat& plane) {
  cv::Mat half;
  cv::resize(plane, half, cv::Size((plane.cols + 1) / 2, (plane.rows + 1) / 2), 0, 0, cv::INTER_AREA);
  return half;
}

std::vector<Pair> CollectPairs(const cv::Mat& rgb, const cv::Mat& covered, const Sides& sides) {
  const auto mean = [](const cv::Mat& plane) { return Smooth(Halved(plane), kPairRadius); };
  const cv::Mat inside_weight = mean(sides.inside), outside_weight = mean(sides.outside);
  const cv::Mat inside = mean(Times(rgb, sides.inside)), outside = mean(Times(rgb, sides.outside));
  const cv::Mat stroke = Halved(covered);
  std::vector<Pair> pairs;
  for (int y = 0; y < stroke.rows; ++y) {
    for (int x = 0; x < stroke.cols; ++x) {
      const float in = inside_weight.at<float>(y, x), out = outside_weight.at<float>(y, x);
      const float weight = std::min(in, out);
      if (weight <= .02F || stroke.at<float>(y, x) <= .25F) continue;
      pairs.push_back({inside.at<cv::Vec3f>(y, x) / in, outside.at<cv::Vec3f>(y, x) / out, weight});
    }
  }
  return pairs;
}

// B and V from weighted pixels, `values` and their squares.
void EstimateBackground(const cv::Mat& values, const cv::Mat& weight, Layer& layer) {
  const auto spread = [](const cv::Mat& plane) -> cv::Mat {
    const cv::Mat half = Halved(plane);
    return Smooth(half, kNearRadius) + kFarWeight * Smooth(half, kFarRadius);
  };
  const cv::Mat weighted = Times(values, weight);
  cv::Mat inverse, variance;
  cv::divide(1.0, cv::max(spread(weight), 1e-6), inverse);
  const cv::Mat mean = Times(spread(weighted), inverse);
  const cv::Mat squares = Times(spread(weighted.mul(values)), inverse) - mean.mul(mean);
  cv::transform(squares, variance, cv::Matx13f(1 / 3.0F, 1 / 3.0F, 1 / 3.0F));
  variance = cv::max(variance, 0) + kNoise * kNoise;
  cv::resize(mean, layer.background, values.size(), 0, 0, cv::INTER_LINEAR);
  cv::resize(variance, layer.variance, values.size(), 0, 0, cv::INTER_LINEAR);
}

void EstimateBackground(const cv::Mat& rgb, const Sides& sides, Layer& layer) {
  const float o = layer.blend.opacity;
  if (o >= kSeeThrough) return EstimateBackground(rgb, sides.outside, layer);
  // An inverted pixel has 1 / (1 - o) times the noise, so it counts (1 - o)^2 times as much.
  const cv::Mat through = (1 - o) * (1 - o) * sides.inside;
  const cv::Mat total = sides.outside + through;
  cv::Mat values(rgb.size(), CV_32FC3);
  const cv::Vec3f added = layer.blend.color * o;
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      const cv::Vec3f pixel = rgb.at<cv::Vec3f>(y, x);
      cv::Vec3f inverted = (pixel - added) / (1 - o);
      for (int c = 0; c < 3; ++c) inverted[c] = std::clamp(inverted[c], 0.0F, 1.0F);
      const float share = through.at<float>(y, x) / std::max(total.at<float>(y, x), 1e-6F);
      values.at<cv::Vec3f>(y, x) = pixel + (inverted - pixel) * share;
    }
  }
  EstimateBackground(values, total, layer);
}

// How much of the layer each of these pixels shows, 1 where they are wholly covered.
float Shown(const cv::Vec3f& pixel, const cv::Vec3f& background, const cv::Vec3f& step) {
  return (pixel - background).dot(step) / std::max(step.dot(step), 1e-5F);
}

// The value below which this share of them lies. `values` must not be empty.
float Quantile(std::vector<float> values, double share) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

// Belief, evidence and neighbours together (a mean field of two sweeps).
cv::Mat Posterior(const cv::Mat& belief, const cv::Mat& evidence) {
  const cv::Mat own = kBeliefWeight * Map(belief, Logit) + kEvidenceWeight * evidence;
  cv::Mat covered = Map(own, Logistic);
  for (int sweep = 0; sweep < 2; ++sweep) {
    const cv::Mat with_neighbours = own + kNeighbourWeight * (2 * Smooth(covered, 1) - 1);
    covered = Map(with_neighbours, Logistic);
  }
  covered.setTo(0, belief <= 0);
  return covered;
}

// Evidence against the background between all strokes alone. An answer may explain itself: a letter's counter, taken
// for a stroke, over a background as dark as its own inversion. What lies outside knows nothing of that; where it
// clearly speaks against a stroke it is believed.
void Contradict(const cv::Mat& rgb, const cv::Mat& outside, const Blend& blend, cv::Mat& evidence) {
  constexpr float kKnown = .02F;  // weight of the outside near a pixel
  constexpr float kClearly = -2;  // log likelihood ratio
  Layer plain{.blend = blend, .covered = {}, .background = {}, .variance = {}};
  EstimateBackground(rgb, outside, plain);
  const cv::Mat against = Likelier(rgb, plain);
  cv::Mat known;
  cv::resize(Smooth(Halved(outside), kFarRadius), known, rgb.size(), 0, 0, cv::INTER_LINEAR);
  against.copyTo(evidence, (known > kKnown) & (against < kClearly) & (against < evidence));
}

// Pieces of the strokes as a whole. With them the background is another, and so are the strokes' edges.
void Settle(const cv::Mat& rgb, const cv::Mat& belief, const cv::Mat& taken, Layer& layer) {
  const cv::Mat settled = SettlePieces(rgb, layer);
  cv::Mat known = (settled != .5F) & (belief > 0);
  if (!taken.empty()) known &= taken < .5F;
  cv::Mat off;
  cv::absdiff(settled, layer.covered, off);
  if (cv::countNonZero((off > .5F) & known) == 0) return;
  cv::Mat believed = belief.clone();
  settled.copyTo(believed, known);
  settled.copyTo(layer.covered, known);
  EstimateBackground(rgb, TellSides(layer.covered, believed, taken), layer);
  layer.covered = Posterior(believed, Likelier(rgb, layer));
  settled.copyTo(layer.covered, known);
  if (!taken.empty()) layer.covered = layer.covered.mul(1 - taken);
}

}  // namespace

cv::Mat Likelier(const cv::Mat& rgb, const Layer& layer) {
  const float o = layer.blend.opacity;
  const cv::Vec3f added = layer.blend.color * o;
  cv::Mat evidence(rgb.size(), CV_32F);
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      const cv::Vec3f pixel = rgb.at<cv::Vec3f>(y, x), background = layer.background.at<cv::Vec3f>(y, x);
      const cv::Vec3f without = pixel - background, with = pixel - background * (1 - o) - added;
      const float variance = layer.variance.at<float>(y, x);
      const float variance_with = (1 - o) * (1 - o) * variance + kNoise * kNoise;
      const float ratio = .5F * (without.dot(without) / variance - with.dot(with) / variance_with) +
                          1.5F * std::log(variance / variance_with);
      evidence.at<float>(y, x) = std::clamp(ratio, -kEvidenceMax, kEvidenceMax);
    }
  }
  return .5 * evidence + .5 * Smooth(evidence, 1);
}

std::optional<Layer> FitLayer(const cv::Mat& rgb, const cv::Mat& belief, const cv::Mat& taken) {
  std::optional<Layer> layer;
  cv::Mat covered = belief;
  for (int round = 0; round < kRounds; ++round) {
    const Sides sides = TellSides(covered, belief, taken);
    const auto pairs = CollectPairs(rgb, covered, sides);
    if (pairs.size() < kPairsMin) break;
    if (!layer) layer.emplace();
    layer->blend = FitBlend(pairs);
    EstimateBackground(rgb, sides, *layer);
    cv::Mat evidence = Likelier(rgb, *layer);
    Contradict(rgb, sides.outside, layer->blend, evidence);
    covered = Posterior(belief, evidence);
    if (!taken.empty()) covered = covered.mul(1 - taken);
    layer->covered = covered;
  }
  if (layer) Settle(rgb, belief, taken, *layer);
  return layer;
}

std::optional<Layer> FitKnownLayer(const cv::Mat& rgb, const cv::Mat& coverage) {
  const Sides sides = TellSides(coverage, coverage, {});
  const auto pairs = CollectPairs(rgb, coverage, sides);
  if (pairs.size() < kPairsMin) return std::nullopt;
  Layer layer;
  layer.blend = FitBlend(pairs);
  layer.covered = coverage;
  layer.exact = true;
  EstimateBackground(rgb, sides, layer);
  return layer;
}

void Deepen(const cv::Mat& rgb, Layer& layer) {
  constexpr float kThin = .15F;       // share of its strokes that lies inside of them; of thicker ones more does
  constexpr double kStrongest = .85;  // of the pixels
  const cv::Mat strokes = layer.covered > .5F;
  cv::Mat core;
  cv::erode(strokes, core, Square3());
  const int count = cv::countNonZero(strokes);
  if (layer.exact || count == 0 || static_cast<float>(cv::countNonZero(core)) > kThin * static_cast<float>(count))
    return;
  const float o = layer.blend.opacity;
  std::vector<float> shown, noise;
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      if (strokes.at<std::uint8_t>(y, x) == 0) continue;
      const cv::Vec3f background = layer.background.at<cv::Vec3f>(y, x);
      const cv::Vec3f step = (layer.blend.color - background) * o;
      shown.push_back(Shown(rgb.at<cv::Vec3f>(y, x), background, step));
      noise.push_back((1 - o) * std::sqrt(layer.variance.at<float>(y, x) / std::max(step.dot(step), 1e-5F)));
    }
  }
  const float strongest = Quantile(std::move(shown), kStrongest) - Quantile(std::move(noise), .5);
  layer.blend.opacity = std::clamp(o * strongest, o, 1.0F);
}

cv::Mat Departs(const cv::Mat& rgb, const Layer& layer) {
  cv::Mat departs(rgb.size(), CV_8U);
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      const cv::Vec3f off = rgb.at<cv::Vec3f>(y, x) - layer.background.at<cv::Vec3f>(y, x);
      const float variance = layer.variance.at<float>(y, x) - kNoise * kNoise + kFileNoise * kFileNoise;
      departs.at<std::uint8_t>(y, x) = off.dot(off) > 3 * variance ? 255 : 0;
    }
  }
  return departs;
}

Lifted LiftLayer(const cv::Mat& rgb, const Layer& layer) {
  constexpr float kVisible = .03F;  // total opacity from which an overlay shows
  constexpr float kMostOpaque = .97F;
  constexpr float kClipped = .05F;  // beyond black or white
  const float o = layer.blend.opacity;
  cv::Mat hard = layer.covered > (layer.exact ? kVisible : .5F), core, reach;
  cv::erode(hard, core, Square3());
  cv::dilate(hard, reach, Square3());
  Lifted lifted{rgb.clone(), cv::Mat::zeros(rgb.size(), CV_8U), cv::Mat::zeros(rgb.size(), CV_32F)};
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      if (reach.at<std::uint8_t>(y, x) == 0) continue;
      const cv::Vec3f pixel = rgb.at<cv::Vec3f>(y, x), background = layer.background.at<cv::Vec3f>(y, x);
      const float variance = layer.variance.at<float>(y, x);
      const cv::Vec3f step = (layer.blend.color - background) * o;  // from not covered to covered
      const float step2 = step.dot(step);
      float coverage = 1, doubt = .02F;
      if (layer.exact) {
        coverage = layer.covered.at<float>(y, x);
      } else if (core.at<std::uint8_t>(y, x) == 0) {
        const float trust = step2 / (step2 + 3 * variance + 1e-5F);
        const float measured = Shown(pixel, background, step);
        coverage = std::clamp(trust * measured + (1 - trust) * layer.covered.at<float>(y, x), 0.0F, 1.0F);
        doubt = .05F + .35F * (1 - trust);
      }
      const float a = std::min(coverage * o, kMostOpaque);
      if (a <= kVisible) continue;
      const float error = (doubt * doubt * step2 / 3 + kFileNoise * kFileNoise) / ((1 - a) * (1 - a));
      const float keep = variance / (variance + error);
      const cv::Vec3f inverted = (pixel - layer.blend.color * a) / (1 - a);
      const cv::Vec3f below = background + (inverted - background) * keep;
      bool possible = true;
      for (int c = 0; c < 3; ++c) {
        lifted.below.at<cv::Vec3f>(y, x)[c] = std::clamp(below[c], 0.0F, 1.0F);
        possible &= std::abs(below[c] - .5F) < .5F + kClipped;
      }
      if (!possible) ++lifted.impossible;
      lifted.changed.at<std::uint8_t>(y, x) = 255;
      lifted.coverage.at<float>(y, x) = coverage;
    }
  }
  return lifted;
}

}  // namespace removr::erase
