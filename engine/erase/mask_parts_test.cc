#include "engine/erase/mask_parts.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace removr::erase {
namespace {

image::Mask Painted(cv::Size size, const std::vector<cv::Rect>& parts) {
  image::Mask mask = cv::Mat::zeros(size, CV_8U);
  for (const cv::Rect& part : parts) mask(part) = 255;
  return mask;
}

// All parts, laid over each other; adds where two share a pixel.
cv::Mat Sum(const image::Findings& parts, cv::Size size) {
  cv::Mat sum = cv::Mat::zeros(size, CV_8U);
  for (const image::Finding& part : parts) sum(part.box) += part.region & 1;
  return sum;
}

TEST(MaskParts, AreNoneOfAnEmptyMask) { EXPECT_TRUE(MaskParts(Painted({50, 40}, {})).empty()); }

TEST(MaskParts, FitTightlyAroundWhatIsPainted) {
  const cv::Rect left(3, 5, 11, 7), right(90, 33, 10, 7);
  const auto parts = MaskParts(Painted({100, 40}, {left, right}));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].box, left);
  EXPECT_EQ(parts[1].box, right);
  EXPECT_EQ(cv::countNonZero(parts[1].region), right.area());
}

TEST(MaskParts, JoinWhatLiesCloseTogether) {
  EXPECT_EQ(MaskParts(Painted({100, 40}, {{10, 10, 4, 4}, {20, 10, 4, 4}})).size(), 1U);
}

TEST(MaskParts, OfSpecklesAreBoundedAndCoverEachPixelOnce) {
  cv::RNG dice(3);
  image::Mask mask(301, 403, CV_8U);
  dice.fill(mask, cv::RNG::UNIFORM, 0, 255);
  mask = mask > 252;
  const auto parts = MaskParts(mask);
  EXPECT_LE(parts.size(), 64U);
  EXPECT_EQ(cv::norm(Sum(parts, mask.size()), mask & 1, cv::NORM_INF), 0);
}

}  // namespace
}  // namespace removr::erase
