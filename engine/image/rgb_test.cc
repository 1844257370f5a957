#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <opencv2/core.hpp>

#include "engine/image/image.h"

namespace removr::image {
namespace {

struct Kind {
  ColorModel model;
  bool has_alpha;
  int type;
};
constexpr Kind kKinds[] = {
    {ColorModel::kGray, false, CV_8UC1}, {ColorModel::kGray, true, CV_8UC2},  {ColorModel::kRgb, false, CV_8UC3},
    {ColorModel::kRgb, true, CV_8UC4},   {ColorModel::kCmyk, false, CV_8UC4}, {ColorModel::kGray, false, CV_16UC1},
    {ColorModel::kGray, true, CV_16UC2}, {ColorModel::kRgb, false, CV_16UC3}, {ColorModel::kRgb, true, CV_16UC4},
};

Image Random(const Kind& kind, cv::Size size) {
  Image image{cv::Mat(size, kind.type), kind.model, kind.has_alpha, 1};
  cv::randu(image.pixels, 0, image.pixels.depth() == CV_16U ? 65536 : 256);
  return image;
}

Image Copy(const Image& image) { return {image.pixels.clone(), image.model, image.has_alpha, image.orientation}; }

// The largest difference of any channel.
double Difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

TEST(Rgb, WritesBackWhatItRead) {
  for (const Kind& kind : kKinds) {
    for (const cv::Size size : {cv::Size(1, 1), cv::Size(31, 1), cv::Size(19, 23)}) {
      const Image before = Random(kind, size);
      Image after = Copy(before);
      const cv::Rect all({0, 0}, size);
      WriteRgb(after, all, ReadRgb(before, all), cv::Mat(size, CV_8UC1, 255.0));
      EXPECT_EQ(Difference(before.pixels, after.pixels), 0) << kind.type;
    }
  }
}

TEST(Rgb, ChangesNothingOutsideTheMaskOrTheRegion) {
  for (const Kind& kind : kKinds) {
    const Image before = Random(kind, {21, 15});
    Image after = Copy(before);
    const cv::Rect region(5, 3, 11, 9);
    cv::Mat mask(region.size(), CV_8UC1, 0.0);
    mask(cv::Rect(2, 2, 4, 3)).setTo(1);  // any value but 0 allows a change
    WriteRgb(after, region, cv::Mat(region.size(), CV_32FC3, cv::Scalar(0.2, 0.5, 0.9)), mask);
    cv::Mat whole(before.pixels.size(), CV_8UC1, 0.0);
    mask.copyTo(whole(region));
    Image masked = Copy(after);
    before.pixels.copyTo(masked.pixels, whole);
    EXPECT_EQ(Difference(masked.pixels, before.pixels), 0) << kind.type;
    EXPECT_NE(Difference(after.pixels, before.pixels), 0) << kind.type;
  }
}

TEST(Rgb, KeepsAlphaInsideTheMask) {
  Image image = Random({ColorModel::kRgb, true, CV_16UC4}, {8, 8});
  cv::Mat before, after;
  cv::extractChannel(image.pixels, before, 3);
  WriteRgb(image, {0, 0, 8, 8}, cv::Mat(8, 8, CV_32FC3, cv::Scalar::all(0.25)), cv::Mat(8, 8, CV_8UC1, 255.0));
  cv::extractChannel(image.pixels, after, 3);
  EXPECT_EQ(Difference(before, after), 0);
  EXPECT_EQ(image.pixels.at<cv::Vec4w>(3, 3)[0], 16384);
}

TEST(Rgb, ClampsAndTakesNotANumberAsBlack) {
  Image image{cv::Mat(1, 3, CV_8UC3, cv::Scalar::all(7)), ColorModel::kRgb, false, 1};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const cv::Mat rgb =
      (cv::Mat_<cv::Vec3f>(1, 3) << cv::Vec3f(-1, 2, 0.5f), cv::Vec3f(nan, nan, nan), cv::Vec3f(1, 1, 1));
  WriteRgb(image, {0, 0, 3, 1}, rgb, cv::Mat(1, 3, CV_8UC1, 255.0));
  EXPECT_EQ(image.pixels.at<cv::Vec3b>(0, 0), cv::Vec3b(0, 255, 128));
  EXPECT_EQ(image.pixels.at<cv::Vec3b>(0, 1), cv::Vec3b(0, 0, 0));
  EXPECT_EQ(image.pixels.at<cv::Vec3b>(0, 2), cv::Vec3b(255, 255, 255));
}

TEST(Rgb, GrayTakesTheLuma) {
  Image image{cv::Mat(1, 1, CV_8UC1, 0.0), ColorModel::kGray, false, 1};
  WriteRgb(image, {0, 0, 1, 1}, cv::Mat(1, 1, CV_32FC3, cv::Scalar(1, 0, 0)), cv::Mat(1, 1, CV_8UC1, 255.0));
  EXPECT_EQ(image.pixels.at<std::uint8_t>(0, 0), 76);  // 0.299 x 255
}

// Any colour can be written whatever ink was there before, and comes back to half a step.
TEST(Rgb, CmykReachesEveryColourAndKeepsBlackWhereItCan) {
  cv::RNG random(7);
  for (int i = 0; i < 2000; ++i) {
    Image image = Random({ColorModel::kCmyk, false, CV_8UC4}, {1, 1});
    const int black = image.pixels.at<cv::Vec4b>(0, 0)[3];
    const cv::Vec3f wanted(random.uniform(0.f, 1.f), random.uniform(0.f, 1.f), random.uniform(0.f, 1.f));
    const cv::Mat rgb(1, 1, CV_32FC3, cv::Scalar(wanted[0], wanted[1], wanted[2]));
    WriteRgb(image, {0, 0, 1, 1}, rgb, cv::Mat(1, 1, CV_8UC1, 255.0));
    EXPECT_LE(cv::norm(ReadRgb(image, {0, 0, 1, 1}), rgb, cv::NORM_INF), 0.6 / 255);
    const float brightest = std::max({wanted[0], wanted[1], wanted[2]});
    EXPECT_EQ(image.pixels.at<cv::Vec4b>(0, 0)[3],
              std::min<int>(black, static_cast<int>((1 - brightest) * 255 + 0.5f)));
  }
}

TEST(Rgb, ReadsARegionOfEachModel) {
  Image gray{cv::Mat(2, 3, CV_16UC1, 65535.0), ColorModel::kGray, false, 1};
  EXPECT_EQ(ReadRgb(gray, {1, 1, 1, 1}).at<cv::Vec3f>(0, 0), cv::Vec3f(1, 1, 1));
  Image cmyk{cv::Mat(1, 2, CV_8UC4, cv::Scalar(255, 0, 0, 0)), ColorModel::kCmyk, false, 1};
  EXPECT_EQ(ReadRgb(cmyk, {1, 0, 1, 1}).at<cv::Vec3f>(0, 0), cv::Vec3f(0, 1, 1));
}

}  // namespace
}  // namespace removr::image
