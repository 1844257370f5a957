#include "engine/erase/trust.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

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

// Marks are put into corners, along borders, or across the whole.
void MeasurePlace(const image::Finding& finding, cv::Size image, Evidence& evidence) {
  const cv::Rect& box = finding.box;
  const int nearest = std::min({box.x, box.y, image.width - box.br().x, image.height - box.br().y});
  evidence.border = static_cast<float>(nearest) / static_cast<float>(std::min(image.width, image.height));
  evidence.width = static_cast<float>(box.width) / static_cast<float>(image.width);
}

// An overlay's strokes are about equally opaque and thick, the scene's are not.
void MeasureStrokes(const Matte& matte, Evidence& evidence) {
  const cv::Mat strokes = (matte.mask > .5F) & matte.inside;
  const auto px = static_cast<float>(cv::countNonZero(strokes));
  if (px == 0) return;
  cv::Scalar mean, deviation;
  cv::meanStdDev(matte.alpha, mean, deviation, strokes);
  evidence.unevenness = static_cast<float>(deviation[0]);
  cv::Mat core;
  cv::erode(strokes, core, cv::Mat::ones(3, 3, CV_8U));
  evidence.thickness = std::log(2 * px / (px - static_cast<float>(cv::countNonZero(core)) + 1));
}

}  // namespace

float Misfit(const Layer& layer) {
  const double contrast = layer.blend.opacity * Step(layer, layer.covered > .5F);
  return static_cast<float>(layer.blend.residual / (contrast + .01));
}

Evidence MeasureEvidence(const Matte& matte, const std::vector<Layer>& layers, const image::Finding& finding,
                         const Traces& traces, cv::Size image) {
  Evidence evidence;
  MeasurePlace(finding, image, evidence);
  MeasureStrokes(matte, evidence);
  evidence.confidence = finding.confidence;
  evidence.support = finding.support;
  evidence.mean = finding.mean;
  evidence.least = finding.least;
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
  evidence.belief = static_cast<float>(cv::mean(matte.mask, covered)[0]);
  evidence.share =
      static_cast<float>(cv::countNonZero(covered)) / static_cast<float>(std::max(1, cv::countNonZero(matte.inside)));
  for (int c = 0; c < 3; ++c) evidence.tint += std::min(layer.blend.color[c], 1 - layer.blend.color[c]);
  return evidence;
}

Result<float> Sight(const nn::Session& session, const std::vector<cv::Mat>& views) {
  float sum = 0;
  for (const cv::Mat& view : views) {
    cv::Mat input;
    view.convertTo(input, CV_32F, 1 / 255.0);
    ASSIGN_OR_RETURN(const auto planes, session.Run(input));
    sum += planes.front().at<float>(0);
  }
  return sum / static_cast<float>(views.size());
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
          evidence.share,
          evidence.least,
          evidence.border,
          evidence.width,
          evidence.unevenness,
          evidence.thickness,
          evidence.sight,
          evidence.mean};
}

float ProbablyOverlay(const Evidence& evidence) { return Probability(kTrustBias, kTrustTrees, ToFeatures(evidence)); }

bool TrustedTiles(float misfit) { return misfit <= .28F; }

}  // namespace removr::erase
