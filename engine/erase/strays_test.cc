#include "engine/erase/strays.h"

#include <gtest/gtest.h>

#include <cmath>

namespace removr::erase {
namespace {

const cv::Size kSize(80, 40);
const cv::Rect kLetter(10, 10, 12, 20), kDot(30, 26, 4, 4), kCrack(50, 8, 3, 24);

cv::Mat Plane(float value, const std::vector<cv::Rect>& places) {
  cv::Mat plane = cv::Mat::zeros(kSize, CV_32F);
  for (const cv::Rect& place : places) plane(place) = value;
  return plane;
}

// Half of white over gray, but for the crack, which is dark: restore half believes in it, in its own colour.
struct Scene {
  Matte matte;
  Layer layer;
  cv::Mat changed = Plane(1, {kLetter, kDot, kCrack}) > 0;
};

Scene Cracked() {
  Scene scene;
  Matte& matte = scene.matte;
  matte.area = cv::Rect({}, kSize);
  matte.rgb = cv::Mat(kSize, CV_32FC3, cv::Scalar::all(.4));
  for (const cv::Rect& stroke : {kLetter, kDot}) matte.rgb(stroke).setTo(cv::Scalar::all(.7));
  matte.rgb(kCrack).setTo(cv::Scalar::all(.1));
  matte.inside = cv::Mat(kSize, CV_8U, cv::Scalar(255));
  matte.mask = Plane(.95F, {kLetter, kDot});
  matte.mask(kCrack) = .6F;
  matte.alpha = Plane(.5F, {kLetter, kDot, kCrack});
  matte.alpha_color = cv::Mat::zeros(kSize, CV_32FC3);
  for (const cv::Rect& stroke : {kLetter, kDot}) matte.alpha_color(stroke).setTo(cv::Scalar::all(.5));
  scene.layer = {.blend = {.opacity = .5F, .color = {1, 1, 1}},
                 .covered = Plane(1, {kLetter, kDot}),
                 .background = cv::Mat(kSize, CV_32FC3, cv::Scalar::all(.4)),
                 .variance = cv::Mat(kSize, CV_32F, cv::Scalar(1e-3))};
  return scene;
}

cv::Mat StraysOf(const Scene& scene) { return Strays(FindStrokes(scene.matte, {scene.layer}, {}, scene.changed)); }

TEST(Strays, AreWhatTheLayerDoesNotExplain) {
  const Scene scene = Cracked();
  const cv::Mat strays = StraysOf(scene);
  EXPECT_EQ(cv::countNonZero(strays(kCrack)), kCrack.area());
  EXPECT_EQ(cv::countNonZero(strays), kCrack.area());
}

TEST(Strays, AreNeverTheLargestStroke) {
  Scene scene = Cracked();
  scene.matte.mask(kLetter) = .1F;
  EXPECT_EQ(cv::countNonZero(StraysOf(scene)(kLetter)), 0);
}

TEST(Strays, AreMeasuredStrokeByStroke) {
  Scene scene = Cracked();
  const Strokes found = FindStrokes(scene.matte, {scene.layer}, Plane(1, {kDot}), scene.changed);
  ASSERT_EQ(found.strokes.size(), 3U);
  const auto of = [&](const cv::Rect& place) { return found.strokes.at(found.labels.at<int>(place.tl()) - 1); };
  EXPECT_NEAR(of(kLetter).belief, .95, 1e-4);
  EXPECT_GT(of(kLetter).evidence, 1);
  EXPECT_LT(of(kCrack).evidence, -1);
  EXPECT_FLOAT_EQ(of(kLetter).size, 0);
  EXPECT_NEAR(of(kDot).size, std::log(16.0 / 240), 1e-4);
  EXPECT_FLOAT_EQ(of(kDot).painted, 1);
  EXPECT_NEAR(of(kLetter).off, 0, .01);
  EXPECT_NEAR(of(kCrack).off, 1, .01);
}

TEST(Strays, AreToldWithoutALayer) {
  const Scene scene = Cracked();
  const Strokes found = FindStrokes(scene.matte, {}, {}, scene.changed);
  ASSERT_EQ(found.strokes.size(), 3U);
  for (const Stroke& stroke : found.strokes) EXPECT_EQ(stroke.evidence, 0);
  EXPECT_EQ(cv::countNonZero(Strays({})), 0);
}

}  // namespace
}  // namespace removr::erase
