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
  EXPECT_NEAR(MeasureGhost(Under(.5F), Under(0), Marked()).share, 0, .05);
  EXPECT_NEAR(MeasureGhost(Under(.5F), Under(.25F), Marked()).share, 1, .1);
  EXPECT_LT(MeasureGhost(Under(.5F), Under(-.25F), Marked()).share, -.2F);  // too much was taken off
}

TEST(Ghost, SaysHowMuchOfTheStepIsLeft) {
  const float left = .1F * .7F * std::sqrt(3.0F);  // of white against .3
  EXPECT_NEAR(MeasureGhost(Under(.5F), Under(.1F), Marked()).step, left, .03);
}

TEST(Ghost, NeedsABorder) {
  const cv::Mat image = Under(0);
  EXPECT_EQ(MeasureGhost(image, image, Marked()).share, 0);
  EXPECT_EQ(MeasureGhost(image, Under(.5F), cv::Mat::zeros(50, 60, CV_8U)).share, 0);
  EXPECT_EQ(MeasureGhost(image, Under(.5F), cv::Mat(50, 60, CV_8U, cv::Scalar(255))).share, 0);
}

TEST(Remains, AreThoseOfTheWorst) {
  Remains remains{.rest = .1F, .ghost = .1F, .trust = .9F};
  Worsen({.rest = .05F, .ghost = -.2F, .doubt = .3F, .trust = .85F, .tiles = true}, remains);
  EXPECT_EQ(remains.rest, .1F);
  EXPECT_EQ(remains.ghost, -.2F);
  EXPECT_EQ(remains.doubt, .3F);
  EXPECT_EQ(remains.trust, .85F);
  EXPECT_TRUE(remains.tiles);
}

}  // namespace
}  // namespace removr::erase
