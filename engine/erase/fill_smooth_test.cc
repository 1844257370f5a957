#include "engine/erase/fill_smooth.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/erase/fill_slow.h"

namespace removr::erase {
namespace {

cv::Mat Slope(cv::Size size) {
  cv::Mat values(size, CV_32FC4);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const auto fx = static_cast<float>(x), fy = static_cast<float>(y);
      values.at<cv::Vec4f>(y, x) = {.01F * fx, .3F + .005F * fy, std::sin(.2F * fx + .1F * fy), 1};
    }
  return values;
}

TEST(FillSmooth, NearlySolvesLaplacesEquation) {
  const struct {
    cv::Size size;
    cv::Rect hole;
    double error;  // larger where the hole reaches the picture's edge, and little holds it
  } cases[] = {{{1, 1}, {}, 0},
               {{9, 1}, {3, 0, 4, 1}, .01},
               {{33, 27}, {10, 9, 1, 1}, .01},
               {{50, 37}, {11, 8, 20, 17}, .05},
               {{41, 30}, {0, 0, 12, 30}, .2}};
  for (const auto& one : cases) {
    const cv::Mat values = Slope(one.size);
    cv::Mat known(one.size, CV_8U, cv::Scalar(255));
    known(one.hole) = 0;
    const cv::Mat smooth = ContinueSmoothly(values, known), plain = ContinueSmoothlySlow(values, known);
    EXPECT_LE(cv::norm(smooth, plain, cv::NORM_INF), one.error) << one.size;
    EXPECT_EQ(cv::norm(smooth, values, cv::NORM_INF, known), 0) << one.size;
  }
}

TEST(FillSmooth, KnowsNothingOfNothing) {
  const cv::Mat values = Slope({13, 6});
  EXPECT_EQ(cv::norm(ContinueSmoothly(values, cv::Mat::zeros(values.size(), CV_8U))), 0);
}

}  // namespace
}  // namespace removr::erase
