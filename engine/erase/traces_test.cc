#include "engine/erase/traces.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

const cv::Rect kStrokes(40, 30, 20, 6);

cv::Mat Photo() {
  cv::Mat photo(80, 100, CV_32FC3);
  cv::RNG(2).fill(photo, cv::RNG::UNIFORM, .3, .6);
  cv::GaussianBlur(photo, photo, {}, 2);
  return photo;
}

cv::Mat Changed() {
  cv::Mat changed = cv::Mat::zeros(80, 100, CV_8U);
  changed(kStrokes) = 255;
  return changed;
}

TEST(Traces, AreNotSeenWhereThePhotographIsBack) {
  cv::Mat marked = Photo();
  marked(kStrokes) = cv::Scalar(1, 1, 1);
  const Traces traces = MeasureTraces(marked, Photo(), Changed(), cv::Mat::zeros(80, 100, CV_8U));
  EXPECT_GT(traces.before, 2 * traces.after);
  EXPECT_FALSE(LeftTraces(traces));
}

TEST(Traces, AreSeenWhereTheStrokesStillStandOut) {
  cv::Mat marked = Photo(), dimmed = Photo();
  marked(kStrokes) = cv::Scalar(1, 1, 1);
  dimmed(kStrokes) = cv::Scalar(.75, .75, .75);
  EXPECT_TRUE(LeftTraces(MeasureTraces(marked, dimmed, Changed(), cv::Mat::zeros(80, 100, CV_8U))));
}

TEST(Traces, AreNotMeasuredAgainstAnotherOverlay) {
  cv::Mat dimmed = Photo(), unclear = cv::Mat::zeros(80, 100, CV_8U);
  dimmed(kStrokes) = cv::Scalar(.75, .75, .75);
  const cv::Rect other(30, 42, 40, 8);
  for (int x = other.x; x < other.br().x; x += 2) dimmed(cv::Rect(x, other.y, 1, other.height)) = cv::Scalar(1, 1, 1);
  unclear(other) = 255;
  EXPECT_TRUE(LeftTraces(MeasureTraces(dimmed, dimmed, Changed(), unclear)));
}

}  // namespace
}  // namespace removr::erase
