#include "engine/erase/remains.h"

#include <gtest/gtest.h>

namespace removr::erase {
namespace {

const cv::Rect kMark(20, 15, 12, 10);

cv::Mat Marked() {
  cv::Mat changed = cv::Mat::zeros(50, 60, CV_8U);
  changed(kMark) = 255;
  return changed;
}

// Texture of which no step goes the way of the mark's, and within the mark `opacity` of white.
cv::Mat Under(float opacity) {
  cv::Mat image(50, 60, CV_32FC3);
  cv::RNG random(5);
  random.fill(image, cv::RNG::UNIFORM, .2, .4);
  cv::Mat inside = image(kMark);
  inside = inside * (1 - opacity) + cv::Scalar::all(opacity);
  return image;
}

TEST(Ghost, IsTheShareOfTheStepThatIsStillThere) {
  EXPECT_NEAR(Ghost(Under(.5F), Under(0), Marked()), 0, .05);
  EXPECT_NEAR(Ghost(Under(.5F), Under(.25F), Marked()), 1, .1);
  EXPECT_LT(Ghost(Under(.5F), Under(-.25F), Marked()), -.2F);  // too much was taken off
}

TEST(Ghost, NeedsABorder) {
  const cv::Mat image = Under(0);
  EXPECT_EQ(Ghost(image, image, Marked()), 0);
  EXPECT_EQ(Ghost(image, Under(.5F), cv::Mat::zeros(50, 60, CV_8U)), 0);
  EXPECT_EQ(Ghost(image, Under(.5F), cv::Mat(50, 60, CV_8U, cv::Scalar(255))), 0);
}

TEST(Remains, AreThoseOfTheWorst) {
  Remains remains{.belief = .1F, .ghost = .1F, .trust = .9F};
  Worsen({.belief = .05F, .ghost = -.2F, .doubt = .3F, .trust = .85F, .opacity = .6F, .tiles = true}, remains);
  EXPECT_EQ(remains.belief, .1F);
  EXPECT_EQ(remains.ghost, -.2F);
  EXPECT_EQ(remains.doubt, .3F);
  EXPECT_EQ(remains.trust, .85F);
  EXPECT_EQ(remains.opacity, .6F);
  EXPECT_TRUE(remains.tiles);
}

TEST(Remains, MakeItLessLikelyThatNothingIsLeft) {
  const Remains little{.belief = .05F, .ghost = .01F, .trust = .95F, .size = 8};
  Remains seen = little, ghost = little, overdone = little;
  seen.belief = .8F;
  ghost.ghost = .4F;
  overdone.ghost = -.4F;
  for (const Remains& more : {seen, ghost, overdone}) EXPECT_LT(ProbablyGone(more), ProbablyGone(little));
  EXPECT_GT(ProbablyGone(little), kGone);
  EXPECT_LT(ProbablyGone(ghost), kGone);
}

}  // namespace
}  // namespace removr::erase
