#include "engine/owner/find.h"

#include <gtest/gtest.h>

#include "engine/owner/colors.h"
#include "engine/owner/lift.h"
#include "engine/owner/marks_test.h"

namespace removr::owner {
namespace {

const cv::Size kSize(320, 240);

double Rmse(const cv::Mat& a, const cv::Mat& b, const cv::Mat& inside) {
  return cv::norm(a, b, cv::NORM_L2, inside) /
         std::sqrt(3.0 * std::max(1, inside.empty() ? static_cast<int>(a.total()) : cv::countNonZero(inside)));
}

struct Row {
  const char* name;
  Pose pose;
  float opacity;
};

TEST(FindTemplate, FindsItAndGivesThePhotographBack) {
  const Template overlay = FromTransparent(Mark()).value();
  const cv::Mat photo = Photo(kSize, 1);
  const Row rows[] = {
      {"as it is", {{150.5, 120}, 1, 0}, .5F},
      {"smaller, turned", {{90.3, 60.8}, .6, -.2}, .4F},
      {"larger, faint", {{170.4, 110.2}, 1.7, .1}, .15F},
  };
  for (const Row& row : rows) {
    const image::Image marked = Marked(photo, overlay, row.pose, row.opacity);
    const auto placements = Find(marked, overlay, 1).value();
    ASSERT_EQ(placements.size(), 1U) << row.name;
    EXPECT_LT(cv::norm(placements[0].pose.center - row.pose.center), .1) << row.name;
    EXPECT_NEAR(placements[0].pose.scale / row.pose.scale, 1, .003) << row.name;
    EXPECT_NEAR(placements[0].pose.angle, row.pose.angle, .003) << row.name;
    EXPECT_NEAR(placements[0].opacity / row.opacity, 1, .06) << row.name;
    const Lifted lifted = Lift(marked, overlay, placements);
    EXPECT_LT(Rmse(lifted.image.pixels, photo, lifted.changed), 2) << row.name;
    EXPECT_EQ(cv::norm(lifted.image.pixels, marked.pixels, cv::NORM_INF, ~lifted.changed), 0) << row.name;
    EXPECT_EQ(cv::countNonZero(lifted.hidden), 0) << row.name;
    EXPECT_FALSE(Remains(lifted.image, overlay, placements)) << row.name;
    EXPECT_TRUE(Remains(marked, overlay, placements)) << row.name;
  }
}

TEST(FindTemplate, SeesThatItWasScaledToWholePixels) {
  const Template overlay = FromTransparent(Mark()).value();
  const cv::Mat photo = Photo(kSize, 8);
  const Pose pose{{150, 120}, .8, 0, 1.03};
  const image::Image marked = Marked(photo, overlay, pose, .6F);
  const auto placements = Find(marked, overlay, 1).value();
  ASSERT_EQ(placements.size(), 1U);
  EXPECT_NEAR(placements[0].pose.aspect, pose.aspect, .002);
  const Lifted lifted = Lift(marked, overlay, placements);
  EXPECT_LT(Rmse(lifted.image.pixels, photo, lifted.changed), 1);
}

TEST(FindTemplate, TakesColoursOffAsSoftAsTheFileHoldsThem) {
  image::Image red = Mark();
  red.pixels.setTo(cv::Scalar(210, 20, 30, 0), cv::Mat());
  cv::insertChannel(
      [] {
        cv::Mat alpha;
        cv::extractChannel(Mark().pixels, alpha, 3);
        return alpha;
      }(),
      red.pixels, 3);
  const Template overlay = FromTransparent(red).value();
  const cv::Mat photo = Photo(kSize, 9);
  image::Image marked = Marked(photo, overlay, {{150.5, 120}, 1, 0}, .5F);
  auto planes = ToPlanes(image::ReadRgb(marked, cv::Rect({}, kSize)), kPlanes);
  for (int c = 1; c < kPlanes; ++c) cv::GaussianBlur(planes[c], planes[c], {}, kSoftness);
  image::WriteRgb(marked, cv::Rect({}, kSize), FromPlanes(planes), cv::Mat(kSize, CV_8U, cv::Scalar(255)));
  const auto left = [&](bool soft) {
    marked.soft_colors = soft;
    const auto placements = Find(marked, overlay, 1).value();
    EXPECT_EQ(placements.size(), 1U) << soft;
    const Lifted lifted = Lift(marked, overlay, placements);
    cv::Mat shown, truth;
    cv::cvtColor(lifted.image.pixels, shown, cv::COLOR_RGB2GRAY);
    cv::cvtColor(photo, truth, cv::COLOR_RGB2GRAY);
    return Rmse(shown, truth, lifted.changed);
  };
  const double sharp = left(false), soft = left(true);
  EXPECT_LT(soft, .6 * sharp);
}

TEST(FindTemplate, FindsNothingOnACleanPhotograph) {
  EXPECT_TRUE(Find({.pixels = Photo(kSize, 2)}, FromTransparent(Mark()).value(), 1).value().empty());
}

TEST(FindTemplate, FindsEveryTileAndThoseCutByTheBorder) {
  const Template overlay = FromTransparent(Mark()).value();
  const cv::Mat photo = Photo(kSize, 3);
  image::Image marked{.pixels = photo};
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      marked = Marked(marked.pixels, overlay, {{30 + 120.0 * column, 40 + 80.0 * row}, .6, .1}, .4F);
    }
  }
  const auto placements = Find(marked, overlay, 2).value();
  EXPECT_EQ(placements.size(), 9U);
  const Lifted lifted = Lift(marked, overlay, placements);
  EXPECT_LT(Rmse(lifted.image.pixels, photo, lifted.changed), 2.5);
}

TEST(FindTemplate, FindsTilesOfWhichMostIsOutside) {
  const Template overlay = FromTransparent(Mark()).value();
  const cv::Mat photo = Photo(kSize, 10);
  image::Image marked{.pixels = photo};
  for (int row = -1; row <= 3; ++row) {
    for (int column = -1; column <= 3; ++column) {
      const Pose pose{{70 + 90.0 * column, 50 + 70.0 * row}, .5, 0};
      if (!(Bounds(overlay.size(), pose) & cv::Rect({}, kSize)).empty())
        marked = Marked(marked.pixels, overlay, pose, .5F);
    }
  }
  const auto placements = Find(marked, overlay, 1).value();
  EXPECT_GT(std::ranges::count_if(
                placements,
                [](const Fit& fit) { return !cv::Rect2d(0, 0, kSize.width, kSize.height).contains(fit.pose.center); }),
            2);
  EXPECT_LT(Rmse(Lift(marked, overlay, placements).image.pixels, photo, cv::Mat()), 1.5);
}

TEST(FindTemplate, TakesAnotherOpacityForTheScene) {
  const Template overlay = FromTransparent(Mark()).value();
  const image::Image one = Marked(Photo(kSize, 6), overlay, {{80, 60}, .7, 0}, .6F);
  for (const auto& [opacity, count] : {std::pair{.6F, 2U}, {.3F, 1U}}) {
    const image::Image marked = Marked(one.pixels, overlay, {{230, 170}, .9, .1}, opacity);
    EXPECT_EQ(Find(marked, overlay, 1).value().size(), count) << opacity;
  }
}

TEST(FindTemplate, LeavesWhatItHidesToTheFill) {
  const Template overlay = FromTransparent(Mark()).value();
  const image::Image marked = Marked(Photo(kSize, 4), overlay, {{160, 120}, 1, 0}, 1);
  const auto placements = Find(marked, overlay, 1).value();
  ASSERT_EQ(placements.size(), 1U);
  const Lifted lifted = Lift(marked, overlay, placements);
  EXPECT_GT(cv::countNonZero(lifted.hidden), .5 * cv::countNonZero(lifted.changed));
  EXPECT_EQ(cv::countNonZero(lifted.hidden & ~lifted.changed), 0);
}

TEST(FindTemplate, BearsPicturesOfAnySize) {
  const Template overlay = FromTransparent(Mark()).value();
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(3, 200), cv::Size(40, 17)}) {
    EXPECT_TRUE(Find({.pixels = Photo(size, 5)}, overlay, 1).value().empty()) << size;
  }
}

}  // namespace
}  // namespace removr::owner
