#include "engine/erase/fill_holes.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

TEST(FillHoles, ClosesTheLettersOfABand) {
  cv::Mat band = cv::Mat::zeros(60, 120, CV_8U);
  band(cv::Rect(10, 10, 100, 40)) = 255;
  band(cv::Rect(30, 20, 4, 20)) = 0;
  band(cv::Rect(50, 20, 4, 20)) = 0;
  cv::Mat whole = band.clone();
  whole(cv::Rect(10, 10, 100, 40)) = 255;
  EXPECT_EQ(cv::norm(CloseIslands(band), whole, cv::NORM_INF), 0);
}

TEST(FillHoles, KeepsWhatAThinStrokeEncloses) {
  cv::Mat ring = cv::Mat::zeros(60, 60, CV_8U);
  cv::circle(ring, {30, 30}, 20, 255, 4);
  EXPECT_EQ(cv::norm(CloseIslands(ring), ring, cv::NORM_INF), 0);
  cv::Mat thick = cv::Mat::zeros(90, 90, CV_8U);  // a frame around a photograph
  cv::rectangle(thick, {10, 10, 70, 70}, 255, 12);
  EXPECT_EQ(cv::norm(CloseIslands(thick), thick, cv::NORM_INF), 0);
}

TEST(FillHoles, KeepsWhatTouchesThePicturesEdge) {
  cv::Mat band = cv::Mat::zeros(40, 60, CV_8U);
  band.rowRange(5, 35) = 255;
  band(cv::Rect(0, 18, 4, 4)) = 0;
  EXPECT_EQ(cv::norm(CloseIslands(band), band, cv::NORM_INF), 0);
}

TEST(FillHoles, DividesWhatLiesApart) {
  cv::Mat unknown = cv::Mat::zeros(40, 90, CV_8U);
  unknown(cv::Rect(2, 3, 4, 5)) = 255;
  unknown(cv::Rect(12, 3, 4, 5)) = 255;
  unknown(cv::Rect(60, 20, 7, 2)) = 255;
  const auto holes = DivideHoles(unknown, 4, {100, 200});
  ASSERT_EQ(holes.size(), 2u);
  EXPECT_EQ(holes[0].box, cv::Rect(102, 203, 14, 5));
  EXPECT_EQ(cv::countNonZero(holes[0].mask), 40);
  EXPECT_EQ(holes[1].box, cv::Rect(160, 220, 7, 2));
}

TEST(FillHoles, MeasuresHalfTheThickness) {
  cv::Mat mask = cv::Mat::zeros(50, 50, CV_8U);
  EXPECT_EQ(Radius(mask), 0);
  mask(cv::Rect(10, 0, 9, 50)) = 255;
  EXPECT_NEAR(Radius(mask), 5, .5);
}

}  // namespace
}  // namespace removr::erase
