#include "engine/erase/patch_match.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/erase/fill_slow.h"

namespace removr::erase {
namespace {

const cv::Size kSizes[] = {{8, 8}, {9, 8}, {17, 23}, {40, 31}, {64, 9}};

// A picture with a hole of `hole`, of noise under which a wave lies, so that some patches are much like others.
Scene Draw(cv::Size size, const cv::Rect& hole, std::uint64_t seed) {
  cv::RNG rng(seed);
  Scene scene{cv::Mat(size, CV_8UC4), cv::Mat(size, CV_8UC4, cv::Scalar::all(255)), {}};
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      for (int c = 0; c < 3; ++c) {
        const double wave = 120 + 90 * std::sin(x * .4 + c) * std::cos(y * .3);
        scene.bytes.at<cv::Vec4b>(y, x)[c] = cv::saturate_cast<std::uint8_t>(wave + rng.gaussian(8));
        scene.bytes.at<cv::Vec4b>(y, x)[3] = 0;
      }
  cv::Mat banned = cv::Mat::zeros(size, CV_8U);
  const cv::Rect inside = hole & cv::Rect({}, size);
  banned(inside) = 255;
  scene.counts(inside) = cv::Scalar::all(rng.uniform(0, 256));
  scene.sources = FindSources(banned);
  return scene;
}

Field FieldOf(cv::Size size, const cv::Rect& hole) {
  cv::Mat unknown = cv::Mat::zeros(size, CV_8U);
  unknown(hole & cv::Rect({}, size)) = 255;
  return {unknown, cv::Rect({}, size)};
}

double MeanDistance(const Field& field) {
  double sum = 0;
  int count = 0;
  for (int row = 0; row < field.size().height; ++row)
    for (int column = 0; column < field.size().width; ++column)
      if (field.active(column, row)) sum += field.match(column, row).distance, ++count;
  return count > 0 ? sum / count : 0;
}

TEST(PatchMatch, FindsTheSourcesThatThePlainVersionFinds) {
  cv::RNG rng(1);
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(7, 30), cv::Size(8, 8), cv::Size(33, 20)})
    for (int i = 0; i < 8; ++i) {
      cv::Mat banned = cv::Mat::zeros(size, CV_8U);
      banned(cv::Rect(rng.uniform(0, size.width), rng.uniform(0, size.height), 3, 2) & cv::Rect({}, size)) = 255;
      if (i == 0) banned.setTo(0);
      EXPECT_EQ(cv::norm(FindSources(banned), FindSourcesSlow(banned), cv::NORM_INF), 0) << size;
    }
}

TEST(PatchMatch, MeasuresWhatThePlainVersionMeasures) {
  cv::RNG rng(2);
  for (const cv::Size size : kSizes) {
    const Scene scene = Draw(size, {3, 2, 5, 4}, rng.next());
    for (int i = 0; i < 50; ++i) {
      const auto any = [&] {
        return cv::Point(rng.uniform(0, size.width - kPatchPx + 1), rng.uniform(0, size.height - kPatchPx + 1));
      };
      const cv::Point target = any(), source = any();
      const int plain = PatchDistanceSlow(scene, target, source);
      EXPECT_EQ(PatchDistance(scene, target, source, plain), plain);
      if (plain == 0) continue;
      EXPECT_GT(PatchDistance(scene, target, source, plain - 1), plain - 1);
    }
  }
}

TEST(PatchMatch, SearchesNearlyAsWellAsTryingEverything) {
  for (const cv::Size size : {cv::Size(40, 31), cv::Size(90, 70)}) {
    const cv::Rect hole(12, 10, 9, 7);
    const Scene scene = Draw(size, hole, 3);
    Field best = FieldOf(size, hole), found = best, random = best;
    SearchSlow(scene, best);
    Search(scene, {.passes = 0, .reach_px = 64, .seed = 1}, random);
    Search(scene, {.passes = 4, .reach_px = 64, .seed = 1}, found);
    EXPECT_GE(MeanDistance(found), MeanDistance(best));
    EXPECT_LT(MeanDistance(found) - MeanDistance(best), .1 * (MeanDistance(random) - MeanDistance(best)));
  }
}

TEST(PatchMatch, MeasuresWhatItReports) {
  const cv::Size size(41, 30);
  const cv::Rect hole(20, 8, 11, 13);
  const Scene scene = Draw(size, hole, 4);
  Field field = FieldOf(size, hole);
  Search(scene, {}, field);
  for (int row = 0; row < field.size().height; ++row)
    for (int column = 0; column < field.size().width; ++column) {
      if (!field.active(column, row)) continue;
      const Match& match = field.match(column, row);
      ASSERT_NE(scene.sources.at<std::uint8_t>(match.source), 0);
      EXPECT_EQ(match.distance, PatchDistanceSlow(scene, field.At(column, row), match.source));
    }
}

TEST(PatchMatch, CoversTheWholePartWithPatches) {
  for (const cv::Size size : kSizes) {
    const Field field(cv::Mat(size, CV_8U, cv::Scalar(255)), cv::Rect({}, size));
    cv::Mat covered = cv::Mat::zeros(size, CV_8U);
    for (int row = 0; row < field.size().height; ++row)
      for (int column = 0; column < field.size().width; ++column) {
        EXPECT_TRUE(field.active(column, row));
        covered(cv::Rect(field.At(column, row), cv::Size(kPatchPx, kPatchPx))) = 255;
      }
    EXPECT_EQ(cv::countNonZero(covered), size.area()) << size;
  }
}

TEST(PatchMatch, LeavesAFieldAloneWhereNothingCanBeCopied) {
  const cv::Size size(20, 20);
  const cv::Rect hole(6, 6, 8, 8);
  const Scene scene = Draw(size, hole, 5);
  Field field = FieldOf(size, hole);
  Search(scene, {}, field);
  EXPECT_EQ(field.match(0, 0).source, cv::Point(-1, -1));
  EXPECT_TRUE(Field(cv::Mat::ones(7, 90, CV_8U), cv::Rect(0, 0, 90, 7)).size().empty());
}

TEST(PatchMatch, RefinesTheMatchesOfACoarserPicture) {
  const cv::Size size(64, 48);
  const cv::Rect hole(24, 20, 10, 8);
  const Scene scene = Draw(size, hole, 6);
  Field coarse = FieldOf({32, 24}, {12, 10, 5, 4}), fine = FieldOf(size, hole);
  for (int row = 0; row < coarse.size().height; ++row)
    for (int column = 0; column < coarse.size().width; ++column)
      coarse.match(column, row).source = coarse.At(column, row) + cv::Point(-6, 1);
  Refine(coarse, scene, fine);
  int refined = 0;
  for (int row = 0; row < fine.size().height; ++row)
    for (int column = 0; column < fine.size().width; ++column) {
      const cv::Point source = fine.match(column, row).source;
      if (source.x < 0) continue;
      ++refined;
      EXPECT_EQ(source - fine.At(column, row), cv::Point(-12, 2));
      EXPECT_NE(scene.sources.at<std::uint8_t>(source), 0);
    }
  EXPECT_GT(refined, 4);
}

}  // namespace
}  // namespace removr::erase
