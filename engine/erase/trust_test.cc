#include "engine/erase/trust.h"

#include <gtest/gtest.h>

namespace removr::erase {
namespace {

// Strokes of 8 x 8 px on a background of .2.
Layer Strokes(float residual) {
  Layer layer;
  layer.blend = {.opacity = .5F, .color = {1, 1, 1}, .correlation = 1, .residual = residual};
  layer.covered = cv::Mat::zeros(20, 20, CV_32F);
  layer.covered(cv::Rect(4, 4, 8, 8)) = 1;
  layer.background = cv::Mat(20, 20, CV_32FC3, cv::Scalar::all(.2));
  layer.variance = cv::Mat(20, 20, CV_32F, cv::Scalar(1e-3));
  return layer;
}

TEST(Trust, MeasuresTheMisfitAgainstTheContrast) {
  const Layer layer = Strokes(.07F);
  EXPECT_NEAR(Misfit(layer), .07 / (.5 * .8 * std::sqrt(3) + .01), 1e-4);
}

// A finding as most true ones are.
Evidence Likely() {
  return {.confidence = .95F,
          .misfit = .05F,
          .contrast = .4F,
          .correlation = .95F,
          .belief = .9F,
          .tint = .05F,
          .edges = 1,
          .size = 8,
          .opaque = false};
}

TEST(Trust, BelievesWhatBothNetworksAndTheFitAgreeOn) { EXPECT_GT(ProbablyOverlay(Likely()), kTrusted); }

TEST(Trust, DoubtsAFindingForEachWitnessAgainstIt) {
  const float likely = ProbablyOverlay(Likely());
  Evidence unsure = Likely(), shaded = Likely(), unseen = Likely();
  unsure.confidence = .3F;
  shaded.misfit = .6F;
  unseen.belief = .3F;
  for (const Evidence& evidence : {unsure, shaded, unseen}) EXPECT_LT(ProbablyOverlay(evidence), likely);
  EXPECT_LT(ProbablyOverlay(unsure), kTrusted);
}

TEST(Trust, KnowsNoCertainty) {
  Evidence best = Likely(), worst;
  best.confidence = 1;
  worst.confidence = 0;
  EXPECT_LT(ProbablyOverlay(best), 1);
  EXPECT_GT(ProbablyOverlay(worst), 0);
}

TEST(Trust, TakesNoSceneForTiles) {
  EXPECT_TRUE(TrustedTiles(.17F));
  EXPECT_FALSE(TrustedTiles(.4F));
}

}  // namespace
}  // namespace removr::erase
