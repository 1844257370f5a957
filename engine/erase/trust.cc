#include "engine/erase/trust.h"

#include <algorithm>

namespace removr::erase {

Fitness MeasureFitness(const Layer& layer, const cv::Mat& belief) {
  const cv::Mat covered = layer.covered > .5F, believed = belief > .5F;
  const cv::Scalar below = cv::mean(layer.background, covered);
  const cv::Vec3f background(static_cast<float>(below[0]), static_cast<float>(below[1]), static_cast<float>(below[2]));
  const double contrast = layer.blend.opacity * cv::norm(layer.blend.color - background);
  const double denied = cv::countNonZero(believed & (layer.covered < .2F));
  return {static_cast<float>(layer.blend.residual / (contrast + .01)),
          static_cast<float>(denied / std::max(1, cv::countNonZero(believed)))};
}

bool TrustedAlone(float confidence) { return confidence >= .95F; }

bool Trusted(float confidence, const Fitness& fitness) {
  constexpr float kConfidenceMin = .6F, kConfidencePerMisfit = 1.5F;
  constexpr float kMisfitMax = .25F, kContradictedMax = .75F;
  if (TrustedAlone(confidence)) return true;
  return fitness.misfit <= kMisfitMax && fitness.contradicted <= kContradictedMax &&
         confidence >= kConfidenceMin + kConfidencePerMisfit * fitness.misfit;
}

}  // namespace removr::erase
