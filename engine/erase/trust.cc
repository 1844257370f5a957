#include "engine/erase/trust.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/erase/unblend.h"

namespace removr::erase {
namespace {

constexpr float kContrastFloor = .004F;  // one level of 255: below it a ratio means nothing

// In the order of kFeatureNames, as training/fit_trust.py prints them; but for what no layer fits (`unfitted`, where it
// printed 0). Of 168 such findings 15 were overlays, and locate was 78 % sure of these at most. An overlay of many
// colours fits none either: the weight lets those pass that locate is 98 % sure of.
constexpr double kBias = -11.96;
constexpr Features kWeights = {2.08, -.9, -.64, 1.45, 9.38, 1.91, -.09, -.04, 7, -1.42, .16, .5, .46, -1.1};

double Logit(float p) {
  const double bounded = std::clamp<double>(p, .02, .98);
  return std::log(bounded / (1 - bounded));
}

// Of the layer's colour against what it covers, at full opacity.
double Step(const Layer& layer, const cv::Mat& covered) {
  const cv::Scalar below = cv::mean(layer.background, covered);
  const cv::Vec3f background(static_cast<float>(below[0]), static_cast<float>(below[1]), static_cast<float>(below[2]));
  return cv::norm(layer.blend.color - background);
}

}  // namespace

float Misfit(const Layer& layer) {
  const double contrast = layer.blend.opacity * Step(layer, layer.covered > .5F);
  return static_cast<float>(layer.blend.residual / (contrast + .01));
}

Evidence MeasureEvidence(const std::vector<Layer>& layers, const cv::Mat& belief, const cv::Mat& inside,
                         const image::Finding& finding, const Traces& traces) {
  const auto over_around = [&](double contrast) {
    return static_cast<float>(std::log((contrast + kContrastFloor) / (traces.around + kContrastFloor)));
  };
  Evidence evidence;
  evidence.confidence = finding.confidence;
  evidence.support = finding.support;
  evidence.edges = over_around(traces.before);
  evidence.after = over_around(traces.after);
  if (layers.empty()) return evidence;
  const Layer& layer = layers.front();
  const cv::Mat covered = layer.covered > .5F;
  evidence.fitted = true;
  evidence.misfit = Misfit(layer);
  evidence.opaque = layer.blend.opacity > kOpaque;
  evidence.contrast = static_cast<float>(layer.blend.opacity * Step(layer, covered));
  evidence.correlation = layer.blend.correlation;
  evidence.size = static_cast<float>(std::log(cv::countNonZero(covered) + 100));
  evidence.belief = static_cast<float>(cv::mean(belief, covered)[0]);
  evidence.share = static_cast<float>(cv::countNonZero(covered)) / static_cast<float>(std::max(1, cv::countNonZero(inside)));
  for (int c = 0; c < 3; ++c) evidence.tint += std::min(layer.blend.color[c], 1 - layer.blend.color[c]);
  return evidence;
}

Features ToFeatures(const Evidence& evidence) {
  const double opaque = evidence.opaque ? 1 : 0;
  return {Logit(evidence.confidence),
          std::log(std::min(evidence.misfit, 1.0F) + .01),  // a perfect fit says more than a good one
          evidence.contrast,
          evidence.correlation,
          evidence.belief,
          evidence.tint,
          evidence.edges,
          evidence.size,
          evidence.fitted ? 0. : 1.,
          opaque,
          opaque * evidence.size,
          Logit(evidence.support),
          evidence.after,
          evidence.share};
}

float ProbablyOverlay(const Evidence& evidence) {
  const Features features = ToFeatures(evidence);
  const double score = std::inner_product(features.begin(), features.end(), kWeights.begin(), kBias);
  return static_cast<float>(1 / (1 + std::exp(-score)));
}

bool TrustedTiles(float misfit) { return misfit <= .28F; }

}  // namespace removr::erase
