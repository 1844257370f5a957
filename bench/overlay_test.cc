#include "bench/overlay.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "bench/canvas.h"
#include "bench/fonts.h"
#include "bench/logo.h"
#include "bench/scene.h"
#include "bench/split.h"

namespace removr::bench {
namespace {

const Fonts& TestFonts() {
  static const Fonts fonts = std::move(Fonts::Find()).value();
  return fonts;
}

Overlay Draw(Kind kind, std::uint64_t seed, double size = .3, double opacity = .5, cv::Size image = {320, 240}) {
  Rng rng(seed);
  return DrawOverlay(TestFonts(), rng, {kind, size, opacity}, image);
}

class EachKind : public testing::TestWithParam<Kind> {};
INSTANTIATE_TEST_SUITE_P(Overlay, EachKind, testing::ValuesIn(kKinds));

TEST_P(EachKind, ChangesPixelsExactlyWhereTheTrueMaskSays) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Overlay overlay = Draw(GetParam(), seed);
    const cv::Mat mask = overlay.TrueMask();
    ASSERT_GT(cv::countNonZero(mask), 20) << "seed " << seed;
    const cv::Mat black(mask.size(), CV_8UC3, cv::Scalar::all(0)), white(mask.size(), CV_8UC3, cv::Scalar::all(255));
    // An overlay of opacity a squeezes black and white to a distance of 1 - a, whatever its colour.
    const cv::Mat low = overlay.Over(black), high = overlay.Over(white);
    for (int y = 0; y < mask.rows; ++y) {
      for (int x = 0; x < mask.cols; ++x) {
        const float a = overlay.opacity.at<float>(y, x);
        ASSERT_EQ(mask.at<unsigned char>(y, x) != 0, a > .03F);
        const int distance = high.at<cv::Vec3b>(y, x)[1] - low.at<cv::Vec3b>(y, x)[1];
        ASSERT_NEAR(distance, 255 * (1 - a), 1.01);
      }
    }
  }
}

TEST_P(EachKind, KeepsColoursWithinTheOpacity) {
  const Overlay overlay = Draw(GetParam(), 3);
  double lowest = 0, highest = 0;
  cv::minMaxLoc(overlay.opacity, &lowest, &highest);
  EXPECT_GE(lowest, 0);
  EXPECT_LE(highest, 1.0001);
  cv::Mat channels[3];
  cv::split(overlay.premultiplied, channels);
  for (const cv::Mat& channel : channels) {
    EXPECT_EQ(cv::countNonZero(channel > overlay.opacity + 1e-4), 0);
    EXPECT_EQ(cv::countNonZero(channel < 0), 0);
  }
}

TEST_P(EachKind, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const Overlay first = Draw(GetParam(), 11), again = Draw(GetParam(), 11), other = Draw(GetParam(), 12);
  EXPECT_EQ(cv::norm(first.opacity, again.opacity, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(first.premultiplied, again.premultiplied, cv::NORM_INF), 0);
  EXPECT_GT(cv::norm(first.opacity, other.opacity, cv::NORM_INF) +
                cv::norm(first.premultiplied, other.premultiplied, cv::NORM_INF),
            0);
}

TEST(Overlay, ReachesTheOpacityAskedFor) {
  const Overlay overlay = Draw(Kind::kTiledText, 5, .3, .4);
  double highest = 0;
  cv::minMaxLoc(overlay.opacity, nullptr, &highest);
  EXPECT_NEAR(highest, .4, .01);
}

TEST(Overlay, IsAsWideAsAskedFor) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const Overlay overlay = Draw(Kind::kStamp, seed, .3, 1, {800, 600});
    const int width = cv::boundingRect(overlay.TrueMask()).width;
    EXPECT_GE(width, .2 * 800);
    EXPECT_LE(width, .36 * 800);  // a glow adds to it
  }
}

TEST(Overlay, StaysReadableWhereItIsTwoPercentWide) {
  for (const Kind kind : {Kind::kTranslucentText, Kind::kTranslucentLogo, Kind::kSolidLogo}) {
    const cv::Rect box = cv::boundingRect(Draw(kind, 2, .02, .6, {768, 512}).TrueMask());
    EXPECT_GE(box.height, 4) << Name(kind);
    EXPECT_LE(box.width, 24) << Name(kind);
  }
}

TEST(Logo, EveryDesignDrawsInsideItsBox) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Rng rng(seed);
    const Logo logo = Logo::Random(TestFonts(), rng, 120);
    const Canvas canvas(cv::Size(160, 260));
    cairo_translate(canvas.cr(), 20, 20);
    cairo_scale(canvas.cr(), 120, 120);
    logo.DrawPrimary(canvas.cr());
    logo.DrawAccent(canvas.cr());
    const cv::Rect ink = cv::boundingRect(cv::Mat(canvas.Coverage() > .1));
    EXPECT_GT(ink.area(), 400) << seed;
    EXPECT_GE(ink.x, 18) << seed;
    EXPECT_LE(ink.x + ink.width, 142) << seed;
    EXPECT_LE(ink.y + ink.height, 22 + 120 / logo.aspect()) << seed;
  }
}

TEST(Split, IsTrainingsRule) {
  EXPECT_EQ(Crc32("123456789"), 0xCBF43926u);
  // As training/synth/split.py says of them.
  EXPECT_TRUE(IsHoldOut("DejaVuSans-Bold.ttf"));
  EXPECT_TRUE(IsHoldOut("/usr/share/fonts/truetype/dseg/DSEG7Modern-Bold.ttf"));
  EXPECT_FALSE(IsHoldOut("DejaVuSans.ttf"));
  EXPECT_FALSE(IsHoldOut("LiberationSans-Regular.ttf"));
}

TEST(Fonts, AreAllHoldOut) {
  ASSERT_FALSE(TestFonts().names().empty());
  for (const std::string& name : TestFonts().names()) EXPECT_TRUE(IsHoldOut(name)) << name;
}

TEST(Scene, DependsOnItsSeedAlone) {
  for (int index = 0; index < kSceneKindCount; ++index) {
    const cv::Mat first = DrawScene(7, index, {96, 64}), again = DrawScene(7, index, {96, 64}),
                  other = DrawScene(8, index, {96, 64});
    EXPECT_EQ(cv::norm(first, again, cv::NORM_INF), 0);
    EXPECT_GT(cv::norm(first, other, cv::NORM_L1), 0);
  }
}

TEST(Scene, HasTextureAndTonesAsAPhotographDoes) {
  for (int index = 0; index < kSceneKindCount; ++index) {
    cv::Mat gray, edges;
    cv::cvtColor(DrawScene(1, index, {384, 256}), gray, cv::COLOR_BGR2GRAY);
    cv::Scalar mean, deviation;
    cv::meanStdDev(gray, mean, deviation);
    EXPECT_GT(deviation[0], 20) << index;
    cv::Laplacian(gray, edges, CV_32F);
    EXPECT_GT(cv::norm(edges, cv::NORM_L1) / static_cast<double>(edges.total()), 2) << index;
  }
}

}  // namespace
}  // namespace removr::bench
