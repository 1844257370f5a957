#include "bench/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::bench {
namespace {

cv::Mat Flat(int level, cv::Size size = {40, 30}) { return {size, CV_8UC3, cv::Scalar::all(level)}; }
cv::Mat Box(cv::Rect box, cv::Size size = {40, 30}) {
  cv::Mat mask = cv::Mat::zeros(size, CV_8UC1);
  mask(box) = 255;
  return mask;
}

TEST(Psnr, CountsOnlyWhatLiesInsideTheMask) {
  cv::Mat other = Flat(100);
  other(cv::Rect(0, 0, 10, 10)) = cv::Scalar::all(110);
  EXPECT_NEAR(Psnr(Flat(100), other, Box({0, 0, 10, 10})), 20 * std::log10(255 / 10.), 1e-9);
  EXPECT_NEAR(Psnr(Flat(100), other, Box({0, 0, 20, 10})), 20 * std::log10(255 / std::sqrt(50.)), 1e-9);
  EXPECT_EQ(Psnr(Flat(100), other, Box({20, 20, 5, 5})), kPsnrMax);
}

TEST(Rmse, AveragesOverChannels) {
  const cv::Mat other(cv::Size(40, 30), CV_8UC3, cv::Scalar(103, 100, 104));
  EXPECT_NEAR(Rmse(Flat(100), other, Box({3, 3, 7, 5})), std::sqrt(25 / 3.), 1e-9);
  EXPECT_EQ(Rmse(Flat(100), other, cv::Mat::zeros(30, 40, CV_8UC1)), 0);
}

TEST(Compare, MeasuresHalfOverlappingBoxes) {
  const Overlap overlap = Compare(Box({0, 0, 10, 10}), Box({5, 0, 10, 10}));
  EXPECT_NEAR(overlap.iou, 50 / 150., 1e-12);
  EXPECT_NEAR(overlap.f1, 100 / 200., 1e-12);
  EXPECT_NEAR(Compare(Box({0, 0, 10, 10}), Box({0, 0, 5, 20})).recall, .5, 1e-12);
}

TEST(Compare, IsPerfectForTwoEmptyMasksAndZeroForOne) {
  EXPECT_EQ(Compare(Box({0, 0, 0, 0}), Box({0, 0, 0, 0})).iou, 1);
  EXPECT_EQ(Compare(Box({0, 0, 0, 0}), Box({0, 0, 4, 4})).iou, 0);
}

TEST(MeanGradient, IsTheSlopeOfARampTimesSobelsWeight) {
  cv::Mat ramp(30, 40, CV_8UC3);
  for (int x = 0; x < 40; ++x) ramp.col(x) = cv::Scalar::all(3 * x);
  EXPECT_NEAR(MeanGradient(ramp, Box({5, 5, 20, 20})), 8 * 3, 1e-4);
  EXPECT_EQ(MeanGradient(Flat(80), Box({5, 5, 20, 20})), 0);
}

TEST(MeanGradient, HalvesWhereContrastDoes) {
  cv::Mat noise(60, 60, CV_8UC3), faint;
  cv::RNG(4).fill(noise, cv::RNG::UNIFORM, 0, 100);
  noise *= 2;
  faint = noise / 2;
  const cv::Mat inside = Box({10, 10, 40, 40}, {60, 60});
  EXPECT_NEAR(MeanGradient(faint, inside) / MeanGradient(noise, inside), .5, .01);
}

TEST(LargestDifference, LooksOutsideOnly) {
  cv::Mat other = Flat(100);
  other.at<cv::Vec3b>(5, 5) = {100, 160, 100};
  other.at<cv::Vec3b>(20, 30) = {100, 100, 93};
  EXPECT_EQ(LargestDifference(Flat(100), other, Box({0, 0, 10, 10})), 7);
  EXPECT_EQ(LargestDifference(Flat(100), other, Box({0, 0, 40, 30})), 0);
}

TEST(GrownToBlocks, TakesTheWholeBlockAndOnePixelMore) {
  EXPECT_EQ(cv::boundingRect(GrownToBlocks(Box({17, 17, 1, 1}), 8)), cv::Rect(15, 15, 10, 10));
  EXPECT_EQ(cv::boundingRect(GrownToBlocks(Box({17, 17, 1, 1}), 16)), cv::Rect(15, 15, 18, 15));
  EXPECT_EQ(cv::countNonZero(GrownToBlocks(Box({0, 0, 0, 0}), 8)), 0);
}

TEST(VisibleRest, IsTheShareOfTheMarkThatStayed) {
  const cv::Mat truth = Flat(100), mask = Box({5, 5, 20, 20});
  cv::Mat marked = truth.clone();
  marked.setTo(cv::Scalar::all(180), mask);
  EXPECT_EQ(VisibleRest(marked, marked, truth, mask), 1);
  EXPECT_EQ(VisibleRest(truth, marked, truth, mask), 0);
  cv::Mat half = truth.clone();
  half(cv::Rect(5, 5, 10, 20)) = cv::Scalar::all(180);
  EXPECT_NEAR(VisibleRest(half, marked, truth, mask), .5, .1);
}

TEST(VisibleRest, IgnoresNoiseAndDarkeningTheOtherWay) {
  const cv::Mat truth = Flat(100), mask = Box({5, 5, 20, 20});
  cv::Mat marked = truth.clone(), noisy = truth.clone(), over = truth.clone();
  marked.setTo(cv::Scalar::all(180), mask);
  cv::Mat noise(truth.size(), CV_8UC3);
  cv::RNG(3).fill(noise, cv::RNG::UNIFORM, 0, 40);
  noisy += noise - cv::Scalar::all(20);
  over.setTo(cv::Scalar::all(60), mask);
  EXPECT_LT(VisibleRest(noisy, marked, truth, mask), .05);
  EXPECT_EQ(VisibleRest(over, marked, truth, mask), 0);
}

TEST(VisibleRest, IgnoresWhatTextureABroadOneIsFilledWith) {
  const cv::Mat truth = Flat(100);
  cv::Mat result = truth.clone();
  const cv::Mat mask = Box({2, 2, 26, 26});
  cv::Mat marked = truth.clone();
  marked.setTo(cv::Scalar::all(180), mask);
  for (int x = 0; x + 6 <= result.cols; x += 12) result.colRange(x, x + 6) += cv::Scalar::all(30);
  for (int x = 6; x + 6 <= result.cols; x += 12) result.colRange(x, x + 6) -= cv::Scalar::all(30);
  EXPECT_LT(VisibleRest(result, marked, truth, mask), .05);
}

}  // namespace
}  // namespace removr::bench
