#include "engine/owner/template.h"

#include <gtest/gtest.h>

#include "engine/owner/marks_test.h"

namespace removr::owner {
namespace {

image::Image Plain(cv::Size size, const cv::Scalar& color) { return {.pixels = cv::Mat(size, CV_8UC3, color)}; }

image::Image WithAlpha(cv::Size size, int alpha) {
  return {.pixels = cv::Mat(size, CV_8UC4, cv::Scalar(200, 10, 10, alpha)), .has_alpha = true};
}

// The mark at half opacity on a ground of this value.
image::Image On(int ground) {
  image::Image half = Mark();
  for (auto pixel = half.pixels.begin<cv::Vec4b>(); pixel != half.pixels.end<cv::Vec4b>(); ++pixel) (*pixel)[3] /= 2;
  return Marked(cv::Mat(half.pixels.size(), CV_8UC3, cv::Scalar::all(ground)), FromTransparent(Mark()).value(),
                {{80, 36}, 1, 0}, .5F);
}

TEST(OwnersTemplate, IsCutToWhatIsVisible) {
  image::Image wide = WithAlpha({400, 300}, 0);
  wide.pixels(cv::Rect(100, 50, 40, 30)).setTo(cv::Scalar(0, 0, 255, 255));
  const Template overlay = FromTransparent(wide).value();
  EXPECT_EQ(overlay.size(), cv::Size2d(44, 34));  // and two px around it
  EXPECT_FLOAT_EQ(overlay.sizes[0].opacity.at<float>(10, 10), 1);
  EXPECT_EQ(overlay.sizes[0].premultiplied.at<cv::Vec3f>(10, 10), cv::Vec3f(0, 0, 1));
  EXPECT_EQ(overlay.planes, 3);
  EXPECT_EQ(FromTransparent(Mark()).value().planes, 1);
}

TEST(OwnersTemplate, IsTheSameFromTwoRenderingsInAnyOrder) {
  image::Image half = Mark();
  cv::Mat alpha;
  cv::extractChannel(half.pixels, alpha, 3);
  alpha = alpha * .5;
  cv::insertChannel(alpha, half.pixels, 3);
  const Template known = FromTransparent(half).value();
  for (const bool swapped : {false, true}) {
    const Template two = FromTwoGrounds(On(swapped ? 255 : 0), On(swapped ? 0 : 255)).value();
    ASSERT_EQ(two.size(), known.size());
    EXPECT_LT(cv::norm(two.sizes[0].opacity, known.sizes[0].opacity, cv::NORM_INF), .02);
    EXPECT_LT(cv::norm(two.sizes[0].premultiplied, known.sizes[0].premultiplied, cv::NORM_INF), .02);
  }
}

TEST(OwnersTemplate, IsMadeSmallerWhereItIsVeryLarge) {
  image::Image large = WithAlpha({4000, 2000}, 128);
  large.pixels(cv::Rect(0, 0, 10, 10)).setTo(0);
  const Template overlay = FromTransparent(large).value();
  EXPECT_LE(overlay.size().area(), 4.01e6);
  EXPECT_NEAR(overlay.size().width / overlay.shrunk, 4000, 2);
}

TEST(OwnersTemplate, SaysWhatIsWrongWithAFile) {
  const image::Image gray = Plain({60, 60}, cv::Scalar::all(90));
  cv::Mat one(60, 60, CV_8UC3), other = one.clone();  // two pictures that have nothing in common
  cv::RNG random(1);
  random.fill(one, cv::RNG::UNIFORM, 0, 256);
  random.fill(other, cv::RNG::UNIFORM, 0, 256);
  const std::pair<const char*, Result<Template>> cases[] = {
      {"has no transparency", FromTransparent(gray)},
      {"has no transparency", FromTransparent(WithAlpha({60, 60}, 255))},
      {"is empty", FromTransparent(WithAlpha({60, 60}, 0))},
      {"is too small", FromTransparent(WithAlpha({60, 7}, 100))},
      {"differ in size", FromTwoGrounds(gray, Plain({61, 60}, 0))},
      {"show the same", FromTwoGrounds(gray, gray)},
      {"not one overlay", FromTwoGrounds({.pixels = one}, {.pixels = other})},
      {"is empty", FromTwoGrounds(Plain({60, 60}, 0), Plain({60, 60}, cv::Scalar::all(255)))},
  };
  for (const auto& [text, result] : cases) {
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, ErrorCode::kBadRequest) << text;
    EXPECT_NE(result.error().Public().find(text), std::string_view::npos) << result.error().Public();
  }
}

}  // namespace
}  // namespace removr::owner
