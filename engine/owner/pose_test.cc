#include "engine/owner/pose.h"

#include <gtest/gtest.h>

#include "engine/owner/marks_test.h"

namespace removr::owner {
namespace {

double MeanDifference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total());
}

TEST(RenderedTemplate, IsAveragedOverEachPixelWhereItShrinks) {
  const Template overlay = FromTransparent(Mark()).value();
  const cv::Size whole = overlay.sizes[0].opacity.size();
  for (const int times : {3, 4, 5}) {
    const cv::Size small(whole.width / times, whole.height / times);
    cv::Mat averaged;
    cv::resize(overlay.sizes[0].opacity(cv::Rect({}, small * times)), averaged, small, 0, 0, cv::INTER_AREA);
    const Pose pose{{whole.width / 2.0 / times, whole.height / 2.0 / times}, 1.0 / times};
    const Sheet sheet = Render(overlay, pose, cv::Rect({}, small));
    const Sheet sampled = Render(overlay, pose, cv::Rect({}, small), {.kernel = Kernel::kLinear});
    EXPECT_LT(MeanDifference(sheet.opacity, averaged), .5 * MeanDifference(sampled.opacity, averaged)) << times;
  }
}

TEST(RenderedTemplate, IsStretchedByItsAspect) {
  const Template overlay = FromTransparent(Mark()).value();
  const cv::Size whole = overlay.sizes[0].opacity.size(), high(whole.width, 2 * whole.height);
  cv::Mat stretched;
  cv::resize(overlay.sizes[0].opacity, stretched, high, 0, 0, cv::INTER_LINEAR);
  const Pose pose{{high.width / 2.0, high.height / 2.0}, 1, 0, 2};
  const Sheet sheet = Render(overlay, pose, cv::Rect({}, high), {.kernel = Kernel::kLinear});
  const cv::Rect inside(2, 2, high.width - 4, high.height - 4);  // `resize` repeats what is at the border
  EXPECT_LT(MeanDifference(sheet.opacity(inside), stretched(inside)), .002);
  EXPECT_EQ(Bounds(overlay.size(), pose), cv::Rect(-1, -1, high.width + 2, high.height + 2));
}

TEST(RenderedTemplate, NeverHasMoreColourThanOpacity) {
  const Template overlay = FromTransparent(Mark()).value();
  const Pose pose{{100, 50}, 1.2, .1};
  for (const Kernel kernel : {Kernel::kSmooth, Kernel::kLinear, Kernel::kCubic, Kernel::kLanczos}) {
    for (const double sharpness : {-.3, 0.0, .3}) {
      const Sheet sheet = Render(overlay, pose, {0, 0, 200, 100}, {.kernel = kernel, .sharpness = sharpness});
      cv::Mat red;
      cv::extractChannel(sheet.premultiplied, red, 0);
      EXPECT_EQ(cv::countNonZero(red > sheet.opacity), 0) << static_cast<int>(kernel) << ' ' << sharpness;
      EXPECT_TRUE(cv::checkRange(sheet.opacity, true, nullptr, 0, 1 + 1e-6));
    }
  }
}

}  // namespace
}  // namespace removr::owner
