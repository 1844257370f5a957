#include "engine/erase/regress.h"

#include <gtest/gtest.h>

namespace removr::erase {
namespace {

// Samples of a blend over a photograph that is nearly the same on both sides of the edge.
std::vector<Pair> Samples(float opacity, const cv::Vec3f& color, float noise, int seed = 1) {
  cv::RNG rng(seed);
  std::vector<Pair> pairs(2000);
  for (Pair& pair : pairs) {
    cv::Vec3f below_inside;
    for (int c = 0; c < 3; ++c) {
      const auto below = static_cast<float>(rng.uniform(.2, .7));
      below_inside[c] = below + static_cast<float>(rng.gaussian(noise));
      pair.outside[c] = below + static_cast<float>(rng.gaussian(noise));
    }
    pair.inside = color * opacity + below_inside * (1 - opacity);
  }
  return pairs;
}

TEST(FitBlend, IsExactWithoutNoise) {
  for (const float opacity : {.1F, .5F, .9F}) {
    const Blend blend = FitBlend(Samples(opacity, {.9F, .2F, .4F}, 0));
    EXPECT_NEAR(blend.opacity, opacity, 1e-3);
    EXPECT_LT(cv::norm(blend.color - cv::Vec3f(.9F, .2F, .4F)), 2e-2);
    EXPECT_GT(blend.correlation, .99);
  }
}

TEST(FitBlend, IsNotBiasedByTextureOnBothSides) {
  const Blend blend = FitBlend(Samples(.4F, {1, 1, 1}, .05F));
  EXPECT_NEAR(blend.opacity, .4, .03);
  EXPECT_LT(cv::norm(blend.color - cv::Vec3f(1, 1, 1)), .06);
}

TEST(FitBlend, IgnoresSamplesThatAreNoStrokes) {
  auto pairs = Samples(.5F, {1, 1, 1}, .01F);
  for (std::size_t i = 0; i < pairs.size(); i += 4) pairs[i].inside = pairs[i].outside;
  EXPECT_NEAR(FitBlend(pairs).opacity, .5, .05);
}

TEST(FitBlend, TakesAnUnrelatedInsideForOpaque) {
  auto pairs = Samples(.5F, {1, 1, 1}, 0);
  for (Pair& pair : pairs) pair.inside = {.8F, .1F, .1F};
  const Blend blend = FitBlend(pairs);
  EXPECT_GT(blend.opacity, .97F);
  EXPECT_LT(cv::norm(blend.color - cv::Vec3f(.8F, .1F, .1F)), .01);
}

TEST(FitBlend, NeverNeedsAColourThatThereIsNot) {
  for (int seed = 0; seed < 20; ++seed) {
    const Blend blend = FitBlend(Samples(.3F, {1.2F, -.2F, 1.1F}, .05F, seed));
    for (int c = 0; c < 3; ++c) {
      EXPECT_GE(blend.color[c], 0);
      EXPECT_LE(blend.color[c], 1);
    }
    EXPECT_GT(blend.opacity, 0);
    EXPECT_LE(blend.opacity, 1);
  }
}

TEST(FitBlend, SurvivesASingleSample) {
  const Blend blend = FitBlend({{{.5F, .5F, .5F}, {.2F, .2F, .2F}, 1}});
  EXPECT_TRUE(std::isfinite(blend.opacity));
}

}  // namespace
}  // namespace removr::erase
