#include "engine/nn/tiles.h"

#include <gtest/gtest.h>

namespace removr::nn {
namespace {

// One plane: the first channel, `shrink` times smaller, plus `bias` per call so that seams would show. Knows no
// runtime.
class Probe final : public Session {
 public:
  explicit Probe(int shrink) : shrink_(shrink) {}

  Result<std::vector<cv::Mat>> Run(const cv::Mat& rgb) const override {
    EXPECT_EQ(rgb.cols % 64, 0);
    EXPECT_EQ(rgb.rows % 64, 0);
    cv::Mat first(rgb.rows / shrink_, rgb.cols / shrink_, CV_32F);
    for (int y = 0; y < first.rows; ++y) {
      for (int x = 0; x < first.cols; ++x) first.at<float>(y, x) = rgb.at<cv::Vec3f>(y * shrink_, x * shrink_)[0];
    }
    return std::vector<cv::Mat>{first, cv::Mat(1, 1, CV_32F, cv::Scalar(7))};
  }

 private:
  int shrink_;
};

// Each pixel says where it is.
cv::Mat Ramp(const cv::Rect& tile) {
  cv::Mat rgb(tile.size(), CV_32FC3);
  for (int y = 0; y < tile.height; ++y) {
    for (int x = 0; x < tile.width; ++x) {
      rgb.at<cv::Vec3f>(y, x) = cv::Vec3f::all(static_cast<float>((tile.y + y) * 10000 + tile.x + x));
    }
  }
  return rgb;
}

const cv::Size kSizes[] = {{1, 1}, {64, 64}, {127, 3}, {128, 128}, {129, 128}, {131, 257}, {500, 700}};

TEST(Tiles, CoverEveryPixelInsideTheImage) {
  for (const int shrink : {1, 4}) {
    const Tiling tiling{128, 32, 64, shrink};
    for (const cv::Size size : kSizes) {
      cv::Mat seen = cv::Mat::zeros(size, CV_8U);
      for (const cv::Rect& tile : Cover(size, tiling)) {
        ASSERT_EQ(tile & cv::Rect({}, size), tile);
        EXPECT_LE(tile.width, 128);
        EXPECT_EQ(tile.x % shrink, 0);
        EXPECT_EQ(tile.y % shrink, 0);
        seen(tile) = 1;
      }
      EXPECT_EQ(cv::countNonZero(seen), size.area()) << size;
    }
  }
}

TEST(Tiles, AreNoLargerThanTheImageNeeds) {
  for (const auto& [length, count] : {std::pair{500, 5U}, {340, 4U}, {129, 2U}}) {
    const auto tiles = Cover({length, 64}, {128, 32, 32, 1});
    EXPECT_EQ(tiles.size(), count) << length;
    for (const cv::Rect& tile : tiles) EXPECT_LE(tile.width, length == 129 ? 96 : 128);
  }
}

TEST(Tiles, OverlapByAtLeastWhatIsAskedFor) {
  const auto tiles = Cover({1000, 100}, {128, 32, 64, 1});
  for (std::size_t i = 1; i < tiles.size(); ++i) EXPECT_GE(tiles[i - 1].br().x - tiles[i].x, 32);
}

TEST(Tiles, StitchWithoutSeams) {
  for (const int shrink : {1, 4}) {
    const Tiling tiling{128, 32, 64, shrink};
    for (const cv::Size size : kSizes) {
      const auto planes = RunTiled(Probe(shrink), size, tiling, Cover(size, tiling), 2, Ramp).value();
      ASSERT_EQ(planes.size(), 2U);
      ASSERT_EQ(planes[0].size(), cv::Size((size.width + shrink - 1) / shrink, (size.height + shrink - 1) / shrink));
      for (int y = 0; y < planes[0].rows; ++y) {
        for (int x = 0; x < planes[0].cols; ++x) {
          const double expected = y * shrink * 10000.0 + x * shrink;
          ASSERT_NEAR(planes[0].at<float>(y, x), expected, 1e-6 * expected + 1e-3) << size << " at " << x << " " << y;
          ASSERT_NEAR(planes[1].at<float>(y, x), 7, 1e-5);
        }
      }
    }
  }
}

TEST(Tiles, LeaveOutWhatIsNotGiven) {
  const cv::Size size(500, 128);
  const Tiling tiling{128, 32, 64, 1};
  const auto planes = RunTiled(Probe(1), size, tiling, {Cover(size, tiling).front()}, 1, Ramp).value();
  EXPECT_FLOAT_EQ(planes[0].at<float>(5, 50), 50050);
  EXPECT_EQ(planes[0].at<float>(5, 300), 0);
  EXPECT_TRUE(RunTiled(Probe(1), size, tiling, {}, 1, Ramp).value().empty());
}

TEST(Tiles, GiveTheSameBitsOnAnyNumberOfThreads) {
  const cv::Size size(700, 500);
  const Tiling tiling{128, 32, 64, 4};
  const auto run = [&](int threads) {
    return RunTiled(Probe(4), size, tiling, Cover(size, tiling), threads, Ramp).value()[0];
  };
  const cv::Mat alone = run(1);
  for (const int threads : {2, 3, 8}) EXPECT_EQ(cv::norm(alone, run(threads), cv::NORM_INF), 0) << threads;
}

// Places in the middle, at the corners, larger than a tile, partly and wholly outside.
const std::vector<cv::Rect> kPlaces[] = {{{301, 203, 30, 11}},
                                         {{0, 0, 5, 5}, {495, 695, 5, 5}},
                                         {{90, 10, 300, 200}, {-20, 650, 40, 100}},
                                         {{600, 20, 50, 50}}};

TEST(Tiles, NearPlacesShowThemAndTheirSurroundings) {
  const Tiling tiling{128, 32, 64, 4};
  const cv::Size size(500, 700);
  const cv::Rect whole({}, size);
  for (const auto& places : kPlaces) {
    const auto tiles = CoverNear(size, places, tiling);
    cv::Mat seen = cv::Mat::zeros(size, CV_8U);
    for (const cv::Rect& tile : tiles) {
      ASSERT_EQ(tile & whole, tile);
      EXPECT_EQ(tile.x % 4 + tile.y % 4, 0);
      seen(tile) = 1;
    }
    for (const cv::Rect& place : places) {
      const cv::Rect wide = cv::Rect(place.x - 32, place.y - 32, place.width + 64, place.height + 64) & whole;
      if ((place & whole).empty()) continue;
      EXPECT_EQ(cv::countNonZero(seen(wide)), wide.area()) << place;
    }
    const auto planes = RunTiled(Probe(4), size, tiling, tiles, 2, Ramp).value();
    for (int y = 0; !planes.empty() && y < planes[0].rows; ++y) {
      for (int x = 0; x < planes[0].cols; ++x) {
        const double expected = seen.at<std::uint8_t>(4 * y, 4 * x) != 0 ? y * 40000.0 + x * 4 : 0;
        ASSERT_NEAR(planes[0].at<float>(y, x), expected, 1e-6 * expected + 1e-3);
      }
    }
  }
  EXPECT_TRUE(CoverNear(size, {{600, 20, 50, 50}}, tiling).empty());
}

TEST(Tiles, NearEachOtherAreSeenTogether) {
  const Tiling tiling{256, 32, 64, 1};
  EXPECT_EQ(CoverNear({500, 700}, {{200, 200, 20, 20}, {225, 200, 20, 20}}, tiling).size(), 1U);
  EXPECT_EQ(CoverNear({500, 700}, {{200, 200, 20, 20}, {400, 600, 20, 20}}, tiling).size(), 2U);
}

}  // namespace
}  // namespace removr::nn
