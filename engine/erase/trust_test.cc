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
  EXPECT_NEAR(MeasureFitness(layer, layer.covered).misfit, .07 / (.5 * .8 * std::sqrt(3) + .01), 1e-4);
}

TEST(Trust, CountsTheStrokesThatTheFitDenies) {
  const Layer layer = Strokes(0);
  cv::Mat belief = layer.covered.clone();
  EXPECT_EQ(MeasureFitness(layer, belief).contradicted, 0);
  belief(cv::Rect(12, 4, 8, 8)) = 1;  // as many again, elsewhere
  EXPECT_NEAR(MeasureFitness(layer, belief).contradicted, .5, 1e-6);
  EXPECT_EQ(MeasureFitness(layer, cv::Mat::zeros(20, 20, CV_32F)).contradicted, 0);
}

TEST(Trust, AsksForMoreConfidenceTheWorseTheFit) {
  EXPECT_TRUE(Trusted(.65F, {.misfit = .01F}));
  EXPECT_FALSE(Trusted(.65F, {.misfit = .15F}));
  EXPECT_TRUE(Trusted(.85F, {.misfit = .15F}));
  EXPECT_FALSE(Trusted(.9F, {.misfit = .4F}));
  EXPECT_FALSE(Trusted(.9F, {.misfit = .01F, .contradicted = .9F}));
  EXPECT_TRUE(Trusted(.96F, {.misfit = .4F}));
}

TEST(Trust, NeedsCertaintyWhereNothingFits) {
  EXPECT_FALSE(TrustedAlone(.9F));
  EXPECT_TRUE(TrustedAlone(.97F));
}

}  // namespace
}  // namespace removr::erase
