#include "engine/locate/repeat.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace removr::locate {
namespace {

// Clouds of several sizes: soft, as skies and walls are.
cv::Mat Scene(cv::Size size) {
  cv::Mat scene(size, CV_32FC3, cv::Scalar::all(.4));
  cv::RNG rng(7);
  for (const double sigma : {2.0, 8.0, 30.0}) {
    cv::Mat noise(size, CV_32FC3);
    rng.fill(noise, cv::RNG::NORMAL, 0, 1);
    cv::GaussianBlur(noise, noise, {}, sigma);
    scene += noise * (.08 * sigma);
  }
  return cv::min(cv::max(scene, .02), .9);
}

// White text in rows that are shifted against each other; CV_32F coverage.
cv::Mat Tiles(cv::Size size) {
  cv::Mat tiles = cv::Mat::zeros(size, CV_8U);
  for (int row = 0; row * 45 < size.height + 45; ++row) {
    for (int x = row % 2 * 60 - 120; x < size.width; x += 120)
      cv::putText(tiles, "sample", {x, row * 45}, cv::FONT_HERSHEY_SIMPLEX, .8, 255, 2, cv::LINE_AA);
  }
  tiles.convertTo(tiles, CV_32F, 1 / 255.0);
  return tiles;
}

cv::Mat Marked(const cv::Mat& scene, const cv::Mat& tiles, double opacity) {
  cv::Mat alpha;
  cv::merge(std::vector<cv::Mat>(3, tiles * opacity), alpha);
  return scene.mul(cv::Scalar::all(1) - alpha) + alpha;
}

cv::Mat Luma(const cv::Mat& rgb) {
  cv::Mat luma;
  cv::cvtColor(rgb, luma, cv::COLOR_RGB2GRAY);
  return luma;
}

image::Image EightBit(const cv::Mat& rgb) {
  image::Image image;
  rgb.convertTo(image.pixels, CV_8U, 255);
  return image;
}

const cv::Size kSize(640, 480);

TEST(Lattice, FindsTheVectorsBetweenTiles) {
  const auto lattice = FindLattice(Luma(Marked(Scene(kSize), Tiles(kSize), .3)));
  ASSERT_TRUE(lattice);
  const double cell = std::abs(lattice->first[0] * lattice->second[1] - lattice->first[1] * lattice->second[0]);
  EXPECT_NEAR(cell, 120 * 45, 20);
  EXPECT_NEAR(cv::norm(lattice->first), 75, .5);  // (60, 45)
}

TEST(Lattice, FindsNoneInAScene) { EXPECT_FALSE(FindLattice(Luma(Scene(kSize)))); }

TEST(Lattice, FindsNoneInLinesNoiseOrNothing) {
  cv::Mat lines = cv::Mat::zeros(kSize, CV_32F), noise(kSize, CV_32F);
  for (int x = 0; x < lines.cols; x += 40) lines.colRange(x, x + 3).setTo(1);
  cv::theRNG() = cv::RNG(3);
  cv::randu(noise, 0, 1);
  EXPECT_FALSE(FindLattice(lines));
  EXPECT_FALSE(FindLattice(noise));
  EXPECT_FALSE(FindLattice(cv::Mat::zeros(kSize, CV_32F)));
  EXPECT_FALSE(FindLattice(cv::Mat::zeros(1, 1, CV_32F)));
  EXPECT_FALSE(FindLattice(cv::Mat::zeros(70, 3000, CV_32F)));
}

TEST(Repeated, DrawsTheStrokesOfFaintTiles) {
  const cv::Mat tiles = Tiles(kSize);
  const auto finding = FindRepeated(EightBit(Marked(Scene(kSize), tiles, .2)));
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->box, cv::Rect({}, kSize));
  const cv::Mat found = finding->strokes > 127, truth = tiles > .5;
  const double both = cv::countNonZero(found & truth), any = cv::countNonZero(found | truth);
  EXPECT_GT(both / any, .7);
  EXPECT_EQ(cv::countNonZero(found & (finding->region == 0)), 0);
}

// Tiles seldom lie on whole pixels. Drawn eight times as large, so that each is smoothed where it lies.
TEST(Repeated, DrawsStrokesBetweenPixelsAsSharpAsTheyAre) {
  const Lattice lattice{{61.3, 4.7}, {-11.6, 47.4}, 10};
  cv::Mat large = cv::Mat::zeros(kSize * 8, CV_8U), tiles;
  for (int i = -20; i < 30; ++i) {
    for (int j = -5; j < 20; ++j) {
      const cv::Vec2d at = 8 * (i * lattice.first + j * lattice.second);
      cv::putText(large, "am", {cvRound(at[0]), cvRound(at[1])}, cv::FONT_HERSHEY_SIMPLEX, 8, 255, 24);
    }
  }
  cv::resize(large, tiles, kSize, 0, 0, cv::INTER_AREA);
  tiles.convertTo(tiles, CV_32F, 1 / 255.0);
  const Repeated repeated = FoldTiles(Marked(Scene(kSize), tiles, .4), lattice);
  const cv::Mat near = (tiles > 0) | (repeated.coverage > .1);
  const double off = cv::norm(repeated.coverage, tiles, cv::NORM_L1, near) / cv::countNonZero(near);
  EXPECT_LT(off, .07);
}

TEST(Repeated, FindsTilesInALargePhotographAndInGray) {
  cv::Mat large;
  cv::resize(Marked(Scene(kSize), Tiles(kSize), .4), large, {}, 4, 4, cv::INTER_CUBIC);
  EXPECT_TRUE(FindRepeated(EightBit(large)));
  image::Image gray;
  gray.model = image::ColorModel::kGray;
  Luma(Marked(Scene(kSize), Tiles(kSize), .4)).convertTo(gray.pixels, CV_16U, 65535);
  EXPECT_TRUE(FindRepeated(gray));
}

TEST(Repeated, LeavesWhatNobodySees) {
  EXPECT_FALSE(FindRepeated(EightBit(Marked(Scene(kSize), Tiles(kSize), .015))));
  EXPECT_FALSE(FindRepeated(EightBit(Scene(kSize))));
  EXPECT_FALSE(FindRepeated(EightBit(cv::Mat(1, 1, CV_32FC3, cv::Scalar::all(.5)))));
}

}  // namespace
}  // namespace removr::locate
