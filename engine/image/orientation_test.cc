#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <opencv2/core.hpp>

#include "engine/image/image.h"

namespace removr::image {
namespace {

// Where the upright pixel (x, y) lies in a stored image of `stored` size, straight from EXIF's wording of tag 274.
cv::Point StoredPlace(int x, int y, cv::Size stored, int orientation) {
  const int right = stored.width - 1, bottom = stored.height - 1;
  switch (orientation) {
    case 2: return {right - x, y};           // row 0 is the top, column 0 the right side
    case 3: return {right - x, bottom - y};  // bottom, right
    case 4: return {x, bottom - y};          // bottom, left
    case 5: return {y, x};                   // left, top
    case 6: return {y, bottom - x};          // right, top
    case 7: return {right - y, bottom - x};  // right, bottom
    case 8: return {right - y, x};           // left, bottom
    default: return {x, y};
  }
}

cv::Mat Random(cv::Size size, int type) {
  cv::Mat pixels(size, type);
  cv::randu(pixels, 0, 65536);
  return pixels;
}

bool Same(const cv::Mat& a, const cv::Mat& b) {
  if (a.size() != b.size() || a.type() != b.type()) return false;
  for (int y = 0; y < a.rows; ++y) {
    if (std::memcmp(a.ptr(y), b.ptr(y), a.elemSize() * static_cast<std::size_t>(a.cols)) != 0) return false;
  }
  return true;
}

constexpr std::array<int, 8> kTypes = {CV_8UC1, CV_8UC2, CV_8UC3, CV_8UC4, CV_16UC1, CV_16UC2, CV_16UC3, CV_16UC4};

TEST(Orientation, TurnsEveryPixelToItsPlace) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const cv::Size size : {cv::Size(1, 1), cv::Size(7, 1), cv::Size(1, 5), cv::Size(13, 6)}) {
      const Image stored{Random(size, CV_16UC1), ColorModel::kGray, false, orientation};
      const Image upright = ToUpright(stored);
      EXPECT_EQ(upright.orientation, 1);
      ASSERT_EQ(upright.pixels.size(), orientation < 5 ? size : cv::Size(size.height, size.width));
      for (int y = 0; y < upright.height(); ++y) {
        for (int x = 0; x < upright.width(); ++x) {
          const cv::Point place = StoredPlace(x, y, size, orientation);
          ASSERT_EQ(upright.pixels.at<std::uint16_t>(y, x), stored.pixels.at<std::uint16_t>(place))
              << orientation << " at " << x << "," << y;
        }
      }
    }
  }
}

TEST(Orientation, ComesBackExactlyInEveryType) {
  for (const int type : kTypes) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const Image stored{Random({17, 9}, type), ColorModel::kRgb, true, orientation};
      const Image upright = ToUpright(stored);
      EXPECT_TRUE(upright.has_alpha);
      EXPECT_TRUE(Same(FromUpright(upright.pixels, orientation), stored.pixels)) << type << " " << orientation;
    }
  }
}

TEST(Orientation, TakesAnUnknownValueAsUpright) {
  for (const int orientation : {0, 9, -1}) {
    const Image stored{Random({3, 2}, CV_8UC3), ColorModel::kRgb, false, orientation};
    EXPECT_TRUE(Same(ToUpright(stored).pixels, stored.pixels));
    EXPECT_TRUE(Same(FromUpright(stored.pixels, orientation), stored.pixels));
  }
}

}  // namespace
}  // namespace removr::image
