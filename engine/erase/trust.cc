#include "engine/erase/trust.h"

#include <algorithm>
#include <cmath>

#include "engine/erase/trust_trees.h"
#include "engine/erase/unblend.h"

namespace removr::erase {
namespace {

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
  Evidence evidence;
  evidence.confidence = finding.confidence;
  evidence.support = finding.support;
  evidence.edges = LogOverAround(traces.before, traces);
  evidence.after = LogOverAround(traces.after, traces);
  if (layers.empty()) return evidence;
  const Layer& layer = layers.front();
  const cv::Mat covered = layer.covered > .5F;
  evidence.misfit = Misfit(layer);
  evidence.opaque = layer.blend.opacity > kOpaque;
  evidence.contrast = static_cast<float>(layer.blend.opacity * Step(layer, covered));
  evidence.correlation = layer.blend.correlation;
  evidence.size = static_cast<float>(std::log(cv::countNonZero(covered) + 100));
  evidence.belief = static_cast<float>(cv::mean(belief, covered)[0]);
  evidence.share =
      static_cast<float>(cv::countNonZero(covered)) / static_cast<float>(std::max(1, cv::countNonZero(inside)));
  for (int c = 0; c < 3; ++c) evidence.tint += std::min(layer.blend.color[c], 1 - layer.blend.color[c]);
  return evidence;
}

Features ToFeatures(const Evidence& evidence) {
  return {evidence.confidence,
          std::min(evidence.misfit, 1.0F),
          evidence.contrast,
          evidence.correlation,
          evidence.belief,
          evidence.tint,
          evidence.edges,
          evidence.size,
          evidence.opaque ? 1.0F : 0.0F,
          evidence.support,
          evidence.after,
          evidence.share};
}

float ProbablyOverlay(const Evidence& evidence) {
  return Probability(kTrustBias, kTrustTrees, ToFeatures(evidence));
}

bool TrustedTiles(float misfit) { return misfit <= .28F; }

}  // namespace removr::erase
