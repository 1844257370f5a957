#include "engine/erase/trust.h"

#include <algorithm>
#include <cmath>

#include "engine/erase/unblend.h"

namespace removr::erase {
namespace {

constexpr float kContrastFloor = .004F;  // one level of 255: below it a ratio means nothing

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

Fitness MeasureFitness(const Layer& layer, const cv::Mat& belief) {
  const cv::Mat covered = layer.covered > .5F, believed = belief > .5F;
  const double contrast = layer.blend.opacity * Step(layer, covered);
  const double denied = cv::countNonZero(believed & (layer.covered < .2F));
  return {static_cast<float>(layer.blend.residual / (contrast + .01)),
          static_cast<float>(denied / std::max(1, cv::countNonZero(believed)))};
}

Evidence MeasureEvidence(const std::vector<Layer>& layers, const cv::Mat& belief, float confidence,
                         const Traces& traces) {
  Evidence evidence;
  evidence.confidence = confidence;
  evidence.edges = static_cast<float>(std::log((traces.before + kContrastFloor) / (traces.around + kContrastFloor)));
  if (layers.empty()) return evidence;
  const Layer& layer = layers.front();
  const cv::Mat covered = layer.covered > .5F;
  evidence.fitted = true;
  evidence.fitness = MeasureFitness(layer, belief);
  evidence.opaque = layer.blend.opacity > kOpaque;
  evidence.contrast = static_cast<float>(layer.blend.opacity * Step(layer, covered));
  evidence.correlation = layer.blend.correlation;
  evidence.belief = static_cast<float>(cv::mean(belief, covered)[0]);
  for (int c = 0; c < 3; ++c) evidence.tint += std::min(layer.blend.color[c], 1 - layer.blend.color[c]);
  return evidence;
}

float ProbablyOverlay(const Evidence& evidence) {
  const Fitness& fitness = evidence.fitness;
  const double score = -3.93 + 2.36 * Logit(evidence.confidence) + -3.38 * std::min(fitness.misfit, 1.0F) +
                       -1.04 * fitness.contradicted + -3.03 * evidence.contrast + 1.94 * evidence.correlation +
                       4.83 * evidence.belief + 0.23 * evidence.tint + 0.19 * evidence.edges +
                       7.63 * (evidence.fitted ? 0 : 1) + 1.57 * (evidence.opaque ? 1 : 0);
  return static_cast<float>(1 / (1 + std::exp(-score)));
}

bool TrustedTiles(const Fitness& fitness) { return fitness.misfit <= .28F; }

}  // namespace removr::erase
