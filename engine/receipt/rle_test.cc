#include "engine/receipt/rle.h"

#include <gtest/gtest.h>

namespace removr::receipt {
namespace {

using Counts = std::vector<std::uint32_t>;

TEST(RunLengths, GoDownTheColumnsAndBeginOutside) {
  const cv::Mat mask = (cv::Mat_<std::uint8_t>(2, 3) << 0, 9, 0,  //
                        255, 0, 0);
  EXPECT_EQ(RunLengths(mask), (Counts{1, 2, 3}));
}

TEST(RunLengths, OfAMaskThatBeginsInsideBeginWithNone) {
  EXPECT_EQ(RunLengths(cv::Mat(2, 2, CV_8U, cv::Scalar(1))), (Counts{0, 4}));
  EXPECT_EQ(RunLengths(cv::Mat::zeros(2, 2, CV_8U)), (Counts{4}));
}

}  // namespace
}  // namespace removr::receipt
