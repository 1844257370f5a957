#include "engine/locate/locate.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/imgproc.hpp>

namespace removr::locate {
namespace {

// The toy network: it takes magenta for a logo (engine/nn/testdata/make_toys.py).
const auto kToy = std::filesystem::path(REMOVR_SOURCE_DIR) / "engine/nn/testdata/locate.onnx";

std::unique_ptr<Locator> Toy(int threads = 1) { return Locator::Create(kToy, threads).value(); }

image::Image Gray(cv::Size size) {
  image::Image image;
  image.pixels = cv::Mat(size, CV_8UC3, cv::Scalar::all(90));
  return image;
}

image::Image WithMark(cv::Size size, const cv::Rect& mark) {
  image::Image image = Gray(size);
  image.pixels(mark) = cv::Scalar(255, 20, 255);
  return image;
}

TEST(Locator, FindsNothingOnACleanImage) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(300, 200), cv::Size(2000, 1500)}) {
    EXPECT_TRUE(Toy()->Find(Gray(size)).value().empty()) << size;
  }
}

TEST(Locator, FindsOneMarkWhereItIsAtAnyImageSize) {
  for (const cv::Size size : {cv::Size(300, 200), cv::Size(1024, 700), cv::Size(3001, 2003)}) {
    const cv::Rect mark(size.width * 3 / 4, size.height * 3 / 4, 48, 24);
    const auto findings = Toy()->Find(WithMark(size, mark)).value();
    ASSERT_EQ(findings.size(), 1U) << size;
    EXPECT_EQ(findings[0].box & mark, mark) << size;
    EXPECT_LE(findings[0].box.width, 48 + 64) << size;
    EXPECT_EQ(findings[0].kind, image::Kind::kLogo);
    EXPECT_GT(findings[0].confidence, .5F);  // blurred cells at its rim count as well
    EXPECT_EQ(findings[0].opacity, 0);
  }
}

TEST(Locator, ReportsAMarkOverATileBorderOnce) {
  const auto findings = Toy()->Find(WithMark({2400, 1800}, {300, 700, 1500, 60})).value();
  EXPECT_EQ(findings.size(), 1U);
}

TEST(Locator, TakesWhatItSeesOfTilesForTheTilesAndNothingElse) {
  image::Image image = Gray({1200, 900});
  cv::RNG(3).fill(image.pixels, cv::RNG::UNIFORM, 80, 100);
  for (int row = 0; row < 10; ++row) {
    for (int x = -90 * (row % 2); x < 1200; x += 180)
      cv::putText(image.pixels, "sample", {x, 40 + row * 100}, cv::FONT_HERSHEY_SIMPLEX, .8, {170, 50, 170}, 1,
                  cv::LINE_AA);
  }
  const auto tiles = Toy()->Find(image).value();
  ASSERT_EQ(tiles.size(), 1U);
  EXPECT_FALSE(tiles[0].strokes.empty());

  const cv::Rect between(600, 275, 60, 20);
  image.pixels(between) = cv::Scalar(255, 20, 255);
  const auto both = Toy()->Find(image).value();
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[1].box & between, between);
}

TEST(Locator, LooksOnlyNearThePlacesOnASecondLook) {
  image::Image image = WithMark({4000, 3000}, {100, 100, 60, 40});
  image.pixels(cv::Rect(3800, 2800, 60, 40)) = cv::Scalar(255, 20, 255);
  EXPECT_EQ(Toy()->Find(image).value().size(), 2U);
  // The coarsest level shows both; at the finest, only the one asked for.
  const auto near = Toy()->FindNear(image, {cv::Rect(90, 90, 80, 60)}).value();
  ASSERT_GE(near.size(), 1U);
  EXPECT_FALSE((near[0].box & cv::Rect(100, 100, 60, 40)).empty());
  EXPECT_TRUE(Toy()->FindNear(image, {}).value().empty());
}

TEST(Locator, GivesTheSameFindingsOnAnyNumberOfThreads) {
  image::Image image = Gray({2500, 1700});
  cv::RNG(5).fill(image.pixels, cv::RNG::UNIFORM, 0, 255);
  cv::GaussianBlur(image.pixels, image.pixels, {}, 6);
  cv::normalize(image.pixels, image.pixels, 0, 255, cv::NORM_MINMAX);
  const auto one = Toy(1)->Find(image).value();
  const auto three = Toy(3)->Find(image).value();
  ASSERT_FALSE(one.empty());
  ASSERT_EQ(one.size(), three.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].box, three[i].box);
    EXPECT_EQ(one[i].confidence, three[i].confidence);
    EXPECT_EQ(cv::norm(one[i].region, three[i].region, cv::NORM_INF), 0);
  }
}

TEST(Locator, RefusesAMissingNetwork) {
  const auto locator = Locator::Create("nowhere/locate.onnx", 1);
  ASSERT_FALSE(locator);
  EXPECT_EQ(locator.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace removr::locate
