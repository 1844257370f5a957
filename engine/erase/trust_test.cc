#include "engine/erase/trust.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/erase/views.h"

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
          .support = .7F,
          .mean = .6F,
          .misfit = .05F,
          .contrast = .4F,
          .correlation = .95F,
          .belief = .9F,
          .tint = .05F,
          .edges = 1,
          .after = .1F,
          .share = .15F,
          .size = 8,
          .opaque = false,
          .least = .15F,
          .border = .04F,
          .width = .3F,
          .unevenness = .1F,
          .thickness = 1.3F,
          .sight = 3};
}

TEST(Trust, BelievesWhatBothNetworksAndTheFitAgreeOn) { EXPECT_GT(ProbablyOverlay(Likely()), kTrusted); }

TEST(Trust, DoubtsAFindingForEachWitnessAgainstIt) {
  const float likely = ProbablyOverlay(Likely());
  Evidence unsure = Likely(), shaded = Likely(), unlike = Likely();
  unsure.confidence = unsure.support = unsure.mean = .35F;  // the surest scale bounds the others
  shaded.misfit = .6F;
  unlike.sight = -3;
  for (const Evidence& evidence : {unsure, shaded, unlike}) EXPECT_LT(ProbablyOverlay(evidence), likely);
  EXPECT_LT(ProbablyOverlay(unlike), kTrusted);
}

// A finding of 60 x 20 px, 10 px from the left edge of an image, whose strokes are two lines of 3 px, one more opaque.
TEST(Trust, MeasuresWhereAFindingLiesAndItsStrokes) {
  image::Finding finding;
  finding.box = {10, 50, 60, 20};
  finding.least = .5F;
  Matte matte;
  matte.area = finding.box;
  matte.rgb = cv::Mat(20, 60, CV_32FC3, cv::Scalar::all(.5));
  matte.inside = cv::Mat(20, 60, CV_8U, cv::Scalar(255));
  matte.mask = cv::Mat::zeros(20, 60, CV_32F);
  matte.alpha = matte.mask.clone();
  for (const auto& [y, alpha] : {std::pair{4, .4F}, {12, .6F}}) {
    matte.mask.rowRange(y, y + 3) = 1;
    matte.alpha.rowRange(y, y + 3) = alpha;
  }
  const Evidence evidence = MeasureEvidence(matte, {}, finding, {}, {300, 200});
  EXPECT_FLOAT_EQ(evidence.border, .05F);
  EXPECT_FLOAT_EQ(evidence.width, .2F);
  EXPECT_FLOAT_EQ(evidence.least, .5F);
  EXPECT_NEAR(evidence.unevenness, .1, 1e-3);
  EXPECT_NEAR(std::exp(evidence.thickness), 3, .1);  // twice the area of a line of 3 px over both of its edges
}

// The toy says 4 of whatever it is shown (engine/nn/testdata/make_toys.py).
TEST(Trust, TakesTheMeanOfAllViews) {
  const auto toy = std::filesystem::path(REMOVR_SOURCE_DIR) / "engine/nn/testdata/judge.onnx";
  const auto session = nn::Session::Create({toy, {"score"}, 1}).value();
  const cv::Mat view(kViewPx, kViewPx, CV_8UC(kViewPlanes), cv::Scalar::all(0));
  EXPECT_FLOAT_EQ(Sight(*session, {view, view, view}).value(), 4);
  EXPECT_FALSE(Sight(*session, {view, cv::Mat(8, 8, CV_8UC3)})) << "a view that the network can't take";
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
