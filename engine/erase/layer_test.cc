#include "engine/erase/layer.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

const cv::Size kSize(240, 160);

// A photograph with structure at the scale of the strokes and above.
cv::Mat Photo(int seed = 1) {
  cv::Mat coarse(kSize / 16, CV_32FC3), fine(kSize / 4, CV_32FC3), photo;
  cv::RNG rng(seed);
  rng.fill(coarse, cv::RNG::UNIFORM, .15, .7);
  rng.fill(fine, cv::RNG::NORMAL, 0, .03);
  cv::resize(coarse, photo, kSize, 0, 0, cv::INTER_CUBIC);
  cv::resize(fine, fine, kSize, 0, 0, cv::INTER_CUBIC);
  return photo + fine;
}

cv::Mat Text() {
  cv::Mat text = cv::Mat::zeros(kSize, CV_8U), coverage;
  cv::putText(text, "Sample", {20, 95}, cv::FONT_HERSHEY_SIMPLEX, 1.7, 255, 5, cv::LINE_AA);
  text.convertTo(coverage, CV_32F, 1 / 255.0);
  return coverage;
}

cv::Mat Overlaid(const cv::Mat& photo, const cv::Mat& coverage, float opacity, const cv::Vec3f& color) {
  cv::Mat image = photo.clone();
  for (int y = 0; y < image.rows; ++y) {
    for (int x = 0; x < image.cols; ++x) {
      const float a = opacity * coverage.at<float>(y, x);
      image.at<cv::Vec3f>(y, x) = image.at<cv::Vec3f>(y, x) * (1 - a) + color * a;
    }
  }
  return image;
}

// What a weak network says: blurred, uneven, never quite sure.
cv::Mat Guess(const cv::Mat& coverage) {
  cv::Mat guess, noise(kSize / 8, CV_32F);
  cv::GaussianBlur(coverage, guess, {}, 1.5);
  cv::RNG(9).fill(noise, cv::RNG::NORMAL, 0, .12);
  cv::resize(noise, noise, kSize, 0, 0, cv::INTER_CUBIC);
  guess = guess * .9 + .05 + noise;
  return cv::max(0, cv::min(guess, 1));
}

double Rms(const cv::Mat& a, const cv::Mat& b, const cv::Mat& mask) {
  return cv::norm(a, b, cv::NORM_L2, mask) / std::sqrt(3.0 * cv::countNonZero(mask));
}

double Iou(const cv::Mat& a, const cv::Mat& b) {
  return cv::countNonZero(a & b) / static_cast<double>(cv::countNonZero(a | b));
}

TEST(Layer, TakesNoCounterForAStrokeThatTheGuessTookForOne) {
  const cv::Rect letter(60, 50, 60, 60), counter(76, 66, 28, 28);
  cv::Mat coverage = cv::Mat::zeros(kSize, CV_32F), guess = cv::Mat::zeros(kSize, CV_32F);
  coverage(letter) = 1;
  coverage(counter) = 0;
  guess(letter) = .9;
  const cv::Mat image = Overlaid(Photo(), coverage, .45F, {1, 1, 1});
  const auto layer = FitLayer(image, guess);
  ASSERT_TRUE(layer);
  const cv::Rect within(counter.x + 3, counter.y + 3, counter.width - 6, counter.height - 6);
  EXPECT_LT(cv::countNonZero(layer->covered(within) > .5F), .1 * within.area());
  EXPECT_GT(cv::countNonZero((layer->covered > .5F) & (coverage > .5F)), .9 * cv::countNonZero(coverage));
}

TEST(Layer, TurnsARoughGuessIntoTheOverlayThatIsThere) {
  const cv::Mat photo = Photo(), coverage = Text(), guess = Guess(coverage);
  const cv::Mat truth = coverage * .4F > .03F;
  const cv::Mat image = Overlaid(photo, coverage, .4F, {1, 1, 1});
  const auto layer = FitLayer(image, guess);
  ASSERT_TRUE(layer);
  EXPECT_NEAR(layer->blend.opacity, .4, .06);
  EXPECT_LT(cv::norm(layer->blend.color - cv::Vec3f(1, 1, 1)), .15);
  const Lifted lifted = LiftLayer(image, *layer);
  EXPECT_GT(Iou(lifted.changed, truth), .85);
  EXPECT_GT(Iou(lifted.changed, truth), Iou(guess > .5F, truth));
  EXPECT_LT(Rms(lifted.below, photo, truth), Rms(image, photo, truth) / 6);
  EXPECT_EQ(cv::norm(lifted.below, image, cv::NORM_INF, lifted.changed == 0), 0);
}

TEST(Layer, ThinStrokesAreAsOpaqueAsTheirStrongestPixels) {
  cv::Mat coverage = cv::Mat::zeros(kSize, CV_32F);
  for (int x = 20; x < 220; x += 12) {  // lines that are a pixel and a half wide
    coverage(cv::Rect(x, 30, 1, 100)) = .5;
    coverage(cv::Rect(x + 1, 30, 1, 100)) = 1;
  }
  const cv::Mat image = Overlaid(Photo(), coverage, .8F, {1, 1, 1});
  auto layer = FitLayer(image, cv::min(coverage * 2, 1));
  ASSERT_TRUE(layer);
  EXPECT_LT(layer->blend.opacity, .7);
  Deepen(image, *layer);
  EXPECT_NEAR(layer->blend.opacity, .8, .05);
}

TEST(Layer, ThickStrokesStayAsOpaqueAsTheyAre) {
  const cv::Mat image = Overlaid(Photo(), Text(), .4F, {1, 1, 1});
  auto layer = FitLayer(image, Guess(Text()));
  ASSERT_TRUE(layer);
  const float fitted = layer->blend.opacity;
  Deepen(image, *layer);
  EXPECT_EQ(layer->blend.opacity, fitted);
}

TEST(Layer, WhatDepartsFromItsBackgroundIsFartherOffThanThePhotographItself) {
  Layer layer;
  layer.background = cv::Mat(1, 4, CV_32FC3, cv::Scalar::all(.5));
  layer.variance = cv::Mat(1, 4, CV_32F, cv::Scalar(.012 * .012));
  layer.variance.at<float>(0, 3) += .05F * .05F;
  cv::Mat image = layer.background.clone();
  image.at<cv::Vec3f>(0, 1) += cv::Vec3f::all(.004F);  // a level of 255
  image.at<cv::Vec3f>(0, 2) += cv::Vec3f::all(.04F);
  image.at<cv::Vec3f>(0, 3) += cv::Vec3f::all(.04F);  // much the same in the photograph's own texture
  EXPECT_EQ(cv::norm(Departs(image, layer), cv::Mat(cv::Matx<std::uint8_t, 1, 4>(0, 0, 255, 0)), cv::NORM_INF), 0);
}

TEST(Layer, CountsWhatComesOutDarkerThanBlack) {
  const cv::Mat image = Overlaid(Photo(), Text(), .4F, {1, 1, 1});
  auto layer = FitLayer(image, Guess(Text()));
  ASSERT_TRUE(layer);
  const Lifted right = LiftLayer(image, *layer);
  EXPECT_LT(right.impossible, .01 * cv::countNonZero(right.changed));
  layer->blend.opacity = .8F;  // twice as much white as there is
  const Lifted wrong = LiftLayer(image, *layer);
  EXPECT_GT(wrong.impossible, .3 * cv::countNonZero(wrong.changed));
}

TEST(Layer, SaysThatAnOpaqueOverlayIsOpaque) {
  const auto layer = FitLayer(Overlaid(Photo(2), Text(), 1, {.9F, .8F, .1F}), Guess(Text()));
  ASSERT_TRUE(layer);
  EXPECT_GT(layer->blend.opacity, .9F);
  EXPECT_LT(cv::norm(layer->blend.color - cv::Vec3f(.9F, .8F, .1F)), .1);
}

TEST(Layer, StaysWhereItMayBe) {
  cv::Mat guess = Guess(Text());
  guess(cv::Rect(0, 0, 120, kSize.height)) = 0;
  const cv::Mat image = Overlaid(Photo(), Text(), .5F, {1, 1, 1});
  const auto layer = FitLayer(image, guess);
  ASSERT_TRUE(layer);
  EXPECT_EQ(cv::countNonZero(LiftLayer(image, *layer).changed.colRange(0, 119)), 0);
}

TEST(Layer, IsNotFittedToNothing) {
  EXPECT_FALSE(FitLayer(Photo(), cv::Mat::zeros(kSize, CV_32F)));
  EXPECT_FALSE(FitLayer(Photo(), cv::Mat(kSize, CV_32F, cv::Scalar(1))));  // no outside to compare with
}

}  // namespace
}  // namespace removr::erase
