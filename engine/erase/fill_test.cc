#include "engine/erase/fill.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

TEST(Fill, ContinuesAFlatSurrounding) {
  cv::Mat rgb(40, 60, CV_32FC3, cv::Scalar(.2, .5, .8));
  cv::Mat hole = cv::Mat::zeros(rgb.size(), CV_8U);
  hole(cv::Rect(20, 10, 6, 20)) = 255;
  const cv::Mat clean = rgb.clone();
  rgb.setTo(cv::Scalar(1, 1, 1), hole);
  EXPECT_LT(cv::norm(Fill(rgb, hole), clean, cv::NORM_INF), .03);
}

TEST(Fill, LeavesEverythingOutsideTheHole) {
  cv::Mat rgb(40, 60, CV_32FC3);
  cv::RNG(1).fill(rgb, cv::RNG::UNIFORM, 0, 1);
  cv::Mat hole = cv::Mat::zeros(rgb.size(), CV_8U);
  hole(cv::Rect(20, 10, 6, 20)) = 255;
  const cv::Mat filled = Fill(rgb, hole);
  EXPECT_GT(cv::norm(filled, rgb, cv::NORM_INF, hole), 0);
  EXPECT_EQ(cv::norm(filled, rgb, cv::NORM_INF, ~hole), 0);
}

TEST(Fill, HasNothingToGoByWhereAllIsHole) {
  const cv::Mat rgb(8, 8, CV_32FC3, cv::Scalar(.1, .2, .3));
  EXPECT_EQ(cv::norm(Fill(rgb, cv::Mat(8, 8, CV_8U, cv::Scalar(255))), rgb, cv::NORM_INF), 0);
}

// Stripes that a smooth continuation can't make, with noise.
cv::Mat Stripes(cv::Size size, std::uint64_t seed) {
  cv::Mat rgb(size, CV_32FC3), noise(size, CV_32FC3);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      rgb.at<cv::Vec3f>(y, x) = (x + y) / 4 % 2 == 0 ? cv::Vec3f(.7F, .4F, .2F) : cv::Vec3f(.2F, .3F, .4F);
  cv::RNG(seed).fill(noise, cv::RNG::NORMAL, 0, .02);
  return rgb + noise;
}

TEST(Fill, ContinuesATexture) {
  const cv::Mat truth = Stripes({160, 120}, 3);
  for (const cv::Rect& box : {cv::Rect(70, 50, 3, 30), cv::Rect(60, 40, 24, 24), cv::Rect(0, 50, 160, 16)}) {
    cv::Mat rgb = truth.clone(), hole = cv::Mat::zeros(truth.size(), CV_8U);
    hole(box) = 255;
    rgb(box) = cv::Scalar(1, 1, 1);
    const cv::Mat filled = Fill(rgb, hole);
    EXPECT_LT(cv::norm(filled, truth, cv::NORM_L1, hole) / (3 * box.area()), .08) << box;
  }
}

TEST(Fill, CopiesNothingOfWhatIsToBeAvoided) {
  cv::Mat rgb(80, 120, CV_32FC3, cv::Scalar(.2, .5, .8)), hole = cv::Mat::zeros(rgb.size(), CV_8U),
                                                          avoid = hole.clone();
  hole(cv::Rect(50, 30, 12, 12)) = 255;
  avoid(cv::Rect(62, 20, 40, 40)) = 255;
  const cv::Mat clean = rgb.clone();
  rgb.setTo(cv::Scalar(1, 1, 1), hole);
  rgb.setTo(cv::Scalar(1, 0, 0), avoid);
  FillHints hints;
  hints.avoid = avoid;
  const cv::Mat filled = Fill(rgb, hole, hints);
  EXPECT_LT(cv::norm(filled, clean, cv::NORM_INF, hole), .03);
  EXPECT_EQ(cv::norm(filled, rgb, cv::NORM_INF, ~hole), 0);
}

// A mask that left a band's letters out.
TEST(Fill, SpreadsNothingOfTheLettersThatABandsMaskLeftOut) {
  cv::Mat rgb(120, 200, CV_32FC3, cv::Scalar(.2, .5, .8)), hole = cv::Mat::zeros(rgb.size(), CV_8U);
  const cv::Mat clean = rgb.clone();
  hole(cv::Rect(40, 40, 120, 40)) = 255;
  rgb.setTo(cv::Scalar(0, 0, 0), hole);
  for (int x = 60; x < 140; x += 14) {
    hole(cv::Rect(x, 50, 5, 20)) = 0;
    rgb(cv::Rect(x, 50, 5, 20)) = cv::Scalar(1, 1, 0);
  }
  const cv::Mat filled = Fill(rgb, hole);
  EXPECT_LT(cv::norm(filled, clean, cv::NORM_INF, hole), .03);
  EXPECT_EQ(cv::norm(filled, rgb, cv::NORM_INF, ~hole), 0);
}

// Dark to the left and bright to the right; where they meet is hidden, and the guide alone knows.
TEST(Fill, FollowsAGuide) {
  const auto draw = [](int edge) {
    cv::Mat rgb(120, 120, CV_32FC3, cv::Scalar(.1, .1, .1));
    rgb.colRange(edge, 120) = cv::Scalar(.9, .9, .9);
    return rgb;
  };
  const cv::Mat rgb = draw(60);
  cv::Mat hole = cv::Mat::zeros(rgb.size(), CV_8U);
  hole.colRange(30, 90) = 255;
  FillHints left, right;
  left.guide = draw(44);
  right.guide = draw(76);
  EXPECT_GT(Fill(rgb, hole, left).at<cv::Vec3f>(60, 60)[0], .7);
  EXPECT_LT(Fill(rgb, hole, right).at<cv::Vec3f>(60, 60)[0], .3);
}

TEST(Fill, GivesTheSameTwice) {
  const cv::Mat rgb = Stripes({90, 70}, 4);
  cv::Mat hole = cv::Mat::zeros(rgb.size(), CV_8U);
  hole(cv::Rect(30, 20, 25, 18)) = 255;
  EXPECT_EQ(cv::norm(Fill(rgb, hole), Fill(rgb, hole), cv::NORM_INF), 0);
}

// Any mask on any picture: no crash, nothing outside of the hole is written, and what is inside is a colour.
TEST(Fill, WithstandsHostileMasks) {
  cv::RNG rng(5);
  const auto draw = [&](cv::Size size) {
    cv::Mat mask = cv::Mat::zeros(size, CV_8U);
    const int style = rng.uniform(0, 5);
    if (style == 0) rng.fill(mask, cv::RNG::UNIFORM, 0, 2);
    for (int i = rng.uniform(0, 12); style > 0 && i > 0; --i) {
      const cv::Point a(rng.uniform(-9, size.width + 9), rng.uniform(-9, size.height + 9)),
          b(rng.uniform(-9, size.width + 9), rng.uniform(-9, size.height + 9));
      if (style == 1) cv::rectangle(mask, a, b, rng.uniform(0, 256), -1);
      if (style == 2) cv::line(mask, a, b, 1, rng.uniform(1, 6));
      if (style == 3) cv::circle(mask, a, rng.uniform(0, 40), 255, rng.uniform(1, 9));
      if (style == 4) cv::circle(mask, a, rng.uniform(0, 30), 9, -1);
    }
    return mask;
  };
  for (int i = 0; i < 300; ++i) {
    const cv::Size size(rng.uniform(1, i % 10 == 0 ? 200 : 40), rng.uniform(1, i % 7 == 0 ? 150 : 30));
    cv::Mat rgb(size, CV_32FC3);
    rng.fill(rgb, cv::RNG::UNIFORM, 0, 1);
    const cv::Mat hole = draw(size);
    FillHints hints;
    if (i % 3 == 0) hints.avoid = draw(size);
    if (i % 4 == 0) cv::blur(rgb, hints.guide, {3, 3});
    hints.smear_px = rng.uniform(0, 4);
    const cv::Mat before = rgb.clone(), filled = Fill(rgb, hole, hints);
    ASSERT_EQ(cv::norm(rgb, before, cv::NORM_INF), 0) << i;
    ASSERT_EQ(filled.size(), size) << i;
    ASSERT_EQ(cv::norm(filled, rgb, cv::NORM_INF, hole == 0), 0) << i;
    ASSERT_TRUE(cv::checkRange(filled, true, nullptr, 0, 1.0001)) << i;
  }
}

}  // namespace
}  // namespace removr::erase
