#include "engine/erase/views.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

image::Image Noise(cv::Size size) {
  image::Image image;
  image.pixels.create(size, CV_8UC3);
  cv::RNG(2).fill(image.pixels, cv::RNG::UNIFORM, 0, 256);
  return image;
}

// A matte at `scale` of a finding and 16 px around it, which restore believes in everywhere.
Matte MatteOf(const image::Image& image, const image::Finding& finding, double scale) {
  Matte matte;
  matte.area = (finding.box + cv::Size(32, 32) - cv::Point(16, 16)) & cv::Rect({}, image.pixels.size());
  matte.scale = scale;
  const cv::Size size(cvRound(matte.area.width * scale), cvRound(matte.area.height * scale));
  matte.rgb = ReadScaled(image, matte.area, size);
  matte.mask = cv::Mat(size, CV_32F, cv::Scalar(1));
  return matte;
}

image::Finding FindingAt(const cv::Rect& box) {
  image::Finding finding;
  finding.box = box;
  return finding;
}

cv::Mat Planes(const cv::Mat& view, int first, int count) {
  std::vector<cv::Mat> all, some;
  cv::split(view, all);
  some.assign(all.begin() + first, all.begin() + first + count);
  cv::Mat planes;
  cv::merge(some, planes);
  return planes;
}

// Near the right edge, so that the view is moved into the image.
TEST(Views, ShowASmallFindingOncePixelForPixel) {
  const image::Image image = Noise({400, 300});
  const image::Finding finding = FindingAt({340, 100, 40, 20});
  const Matte matte = MatteOf(image, finding, 1);
  cv::Mat changed = cv::Mat::zeros(matte.rgb.size(), CV_8U);
  changed(cv::Rect(16, 16, 40, 20)) = 255;
  const auto views = Views(image, finding, matte, cv::Mat(matte.rgb.size(), CV_32FC3, cv::Scalar::all(1)), changed);
  ASSERT_EQ(views.size(), 1U);
  const cv::Rect seen(240, 30, kViewPx, kViewPx), box = finding.box - seen.tl();
  EXPECT_EQ(cv::norm(Planes(views[0], 0, 3), image.pixels(seen), cv::NORM_INF), 0);
  const cv::Mat share = Planes(views[0], 6, 1), after = Planes(views[0], 3, 3);
  EXPECT_EQ(cv::countNonZero(share), box.area());
  EXPECT_EQ(cv::countNonZero(share(box)), box.area());
  EXPECT_EQ(cv::norm(after, Planes(views[0], 0, 3), cv::NORM_INF, share == 0), 0);
  EXPECT_EQ(cv::norm(after(box), cv::Mat(box.size(), CV_8UC3, cv::Scalar::all(255)), cv::NORM_INF), 0);
  EXPECT_EQ(cv::countNonZero(Planes(views[0], 7, 1)), (matte.area & seen).area());
}

TEST(Views, ShowALargeFindingAsAWholeAndWhereItsStrokesAre) {
  const image::Image image = Noise({1000, 800});
  const image::Finding finding = FindingAt({100, 100, 600, 300});
  const Matte matte = MatteOf(image, finding, .5);
  cv::Mat changed = cv::Mat::zeros(matte.rgb.size(), CV_8U);
  const cv::Rect strokes(500, 300, 100, 60);  // of the image
  const cv::Point at = (strokes.tl() - matte.area.tl()) / 2;
  changed(cv::Rect(at, strokes.size() / 2)) = 255;
  const auto views = Views(image, finding, matte, matte.rgb, changed);
  ASSERT_EQ(views.size(), 2U);
  // A square of 1.6 times its width around the finding's middle, as far as the image goes.
  const cv::Mat whole = Planes(views[0], 6, 1);
  EXPECT_NEAR(cv::sum(whole)[0] / 255, strokes.area() * std::pow(kViewPx / 960., 2), 60);
  // At native resolution all of the strokes fit into the view.
  EXPECT_EQ(cv::countNonZero(Planes(views[1], 6, 1)), strokes.area());
}

TEST(Views, AreBlackBesideAnImageThatIsSmaller) {
  const image::Image image = Noise({40, 30});
  const image::Finding finding = FindingAt({5, 5, 20, 10});
  const Matte matte = MatteOf(image, finding, 1);
  const auto views = Views(image, finding, matte, matte.rgb, cv::Mat::zeros(matte.rgb.size(), CV_8U));
  ASSERT_EQ(views.size(), 1U);
  const cv::Mat rgb = Planes(views[0], 0, 3);
  const cv::Rect image_on_view((kViewPx - 40) / 2, (kViewPx - 30) / 2, 40, 30);
  EXPECT_EQ(cv::norm(rgb(image_on_view), image.pixels, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(rgb, cv::NORM_L1), cv::norm(image.pixels, cv::NORM_L1));
}

}  // namespace
}  // namespace removr::erase
