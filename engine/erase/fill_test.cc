#include "engine/erase/fill.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace removr::erase
