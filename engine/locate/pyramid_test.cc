#include "engine/locate/pyramid.h"

#include <gtest/gtest.h>

namespace removr::locate {
namespace {

TEST(Pyramid, GoesFromTheWholeToTheImagesOwnPixels) {
  EXPECT_EQ(LevelSizes({1600, 800}), std::vector<cv::Size>({{384, 192}, {768, 384}, {1600, 800}}));
  EXPECT_EQ(LevelSizes({3900, 2600}).back(), cv::Size(3900, 2600));
}

TEST(Pyramid, EnlargesASmallImage) {
  EXPECT_EQ(LevelSizes({640, 480}), std::vector<cv::Size>({{384, 288}, {640, 480}, {960, 720}}));
  EXPECT_EQ(LevelSizes({1000, 500}), std::vector<cv::Size>({{384, 192}, {768, 384}, {1000, 500}, {1500, 750}}));
  EXPECT_EQ(LevelSizes({1, 1}), std::vector<cv::Size>({{1, 1}, {2, 2}}));
}

TEST(Pyramid, EndsBelowTheOwnPixelsOfALargeImage) {
  const auto sizes = LevelSizes({6000, 4000});
  EXPECT_EQ(sizes.front(), cv::Size(384, 256));
  EXPECT_NEAR(sizes.back().area(), 6.3e6, 1e5);
  EXPECT_GT(LevelSizes({20000, 4000}).back().height, 1000);
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    EXPECT_GT(sizes[i].width, sizes[i - 1].width);
    EXPECT_LE(sizes[i].width, 3 * sizes[i - 1].width);
  }
}

TEST(Pyramid, KeepsAStripAtLeastAsHighAsTheNetworkCanSee) {
  for (const cv::Size size : LevelSizes({20000, 100})) EXPECT_GE(size.height, 90);
}

TEST(Pyramid, AveragesInTheImagesOwnDepthAndSharesTheImagesPixels) {
  image::Image image;
  image.pixels = cv::Mat(500, 1000, CV_16UC4, cv::Scalar(1000, 2000, 3000, 4000));
  image.has_alpha = true;
  const auto levels = Scale(image, {{384, 192}, {1000, 500}, {1500, 750}});
  ASSERT_EQ(levels.size(), 3U);
  EXPECT_EQ(levels[1].pixels.data, image.pixels.data);
  for (const auto& level : levels) {
    EXPECT_EQ(level.pixels.type(), CV_16UC4);
    EXPECT_EQ(level.pixels.at<cv::Vec4w>(3, 3), cv::Vec4w(1000, 2000, 3000, 4000));
    EXPECT_TRUE(level.has_alpha);
  }
}

}  // namespace
}  // namespace removr::locate
