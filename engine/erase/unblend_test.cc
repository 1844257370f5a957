#include "engine/erase/unblend.h"

#include <gtest/gtest.h>

namespace removr::erase {
namespace {

cv::Mat Noise(cv::Size size, int type, double low, double high, int seed) {
  cv::Mat noise(size, type);
  cv::RNG(seed).fill(noise, cv::RNG::UNIFORM, low, high);
  return noise;
}

// I = aW + (1 - a) J
cv::Mat Blend(const cv::Mat& below, const cv::Mat& alpha, const cv::Mat& alpha_color) {
  cv::Mat keep;
  cv::merge(std::vector<cv::Mat>(3, 1 - alpha), keep);
  return below.mul(keep) + alpha_color;
}

TEST(Unblend, InvertsABlendOfAnyOpacityAndColour) {
  const cv::Size size(37, 23);
  const cv::Mat below = Noise(size, CV_32FC3, 0, 1, 1);
  const cv::Mat alpha = Noise(size, CV_32F, 0, kOpaque, 2);
  cv::Mat alpha3;
  cv::merge(std::vector<cv::Mat>(3, alpha), alpha3);
  const cv::Mat alpha_color = alpha3.mul(Noise(size, CV_32FC3, 0, 1, 3));
  EXPECT_LT(cv::norm(Unblend(Blend(below, alpha, alpha_color), alpha, alpha_color), below, cv::NORM_INF), 1e-5);
}

TEST(Unblend, ChangesNothingWhereThereIsNoOverlay) {
  const cv::Mat image = Noise({16, 16}, CV_32FC3, 0, 1, 4);
  const cv::Mat none = cv::Mat::zeros(16, 16, CV_32F);
  EXPECT_EQ(cv::norm(Unblend(image, none, cv::Mat::zeros(16, 16, CV_32FC3)), image, cv::NORM_INF), 0);
}

TEST(Unblend, StaysInRangeWhateverTheMatteSays) {
  const cv::Mat image = Noise({16, 16}, CV_32FC3, 0, 1, 5);
  const cv::Mat below = Unblend(image, Noise({16, 16}, CV_32F, 0, 1, 6), Noise({16, 16}, CV_32FC3, 0, 1, 7));
  double low = 0, high = 0;
  cv::minMaxLoc(below.reshape(1), &low, &high);
  EXPECT_GE(low, 0);
  EXPECT_LE(high, 1);
}

}  // namespace
}  // namespace removr::erase
