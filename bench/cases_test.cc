#include "bench/cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "bench/scene_text.h"
#include "bench/sheet.h"
#include "bench/table.h"

namespace removr::bench {
namespace {

TEST(PlanCases, SpreadsSizesOpacitiesAndFilesOverEachKindsRange) {
  const std::vector<Case> cases = PlanCases(1, 24, 24);
  ASSERT_EQ(cases.size(), 24u * kKindCount);
  for (const Kind kind : kKinds) {
    std::set<int> photos;
    double smallest = 1, largest = 0, faintest = 1, densest = 0;
    int png = 0, full_chroma = 0;
    for (const Case& one : cases) {
      if (one.spec.kind != kind) continue;
      photos.insert(one.photo);
      smallest = std::min(smallest, one.spec.size);
      largest = std::max(largest, one.spec.size);
      faintest = std::min(faintest, one.spec.opacity);
      densest = std::max(densest, one.spec.opacity);
      png += one.file == FileKind::kPng;
      full_chroma += one.file == FileKind::kJpeg444;
      EXPECT_TRUE(one.file == FileKind::kPng || (one.quality >= 75 && one.quality <= 95));
    }
    EXPECT_EQ(photos.size(), 24u);
    EXPECT_EQ(png, 6);
    EXPECT_EQ(full_chroma, 6);
    EXPECT_LT(smallest, SizeRange(kind).low * 1.2);
    EXPECT_GT(largest, SizeRange(kind).high * .85);
    EXPECT_LT(faintest, OpacityRange(kind).low + .05);
    EXPECT_GT(densest, OpacityRange(kind).high - .05);
  }
}

TEST(Make, GivesTheSameFileForTheSameSeed) {
  const Fonts fonts = std::move(Fonts::Find()).value();
  const Photos photos = Photos::Drawn(1, 2);
  const auto cases = PlanCases(5, 1, 2);
  const auto again = PlanCases(5, 1, 2);
  for (const std::size_t i : {0u, 6u}) {
    EXPECT_EQ(Make(cases[i], photos, fonts)->file, Make(again[i], photos, fonts)->file);
  }
  EXPECT_NE(Make(PlanCases(6, 1, 2)[0], photos, fonts)->file, Make(cases[0], photos, fonts)->file);
}

TEST(Make, LeavesPngPixelsOutsideTheOverlayAlone) {
  const Fonts fonts = std::move(Fonts::Find()).value();
  const Photos photos = Photos::Drawn(1, 1);
  const Case one{.photo = 0, .spec = {Kind::kSolidLogo, .2, 1}, .file = FileKind::kPng, .quality = 0, .seed = 9};
  const auto made = Make(one, photos, fonts);
  ASSERT_TRUE(made);
  EXPECT_GT(cv::norm(made->marked, made->truth, cv::NORM_INF, made->mask), 20);
  // Below the mask's threshold of .03 an overlay still changes a pixel by up to eight levels.
  EXPECT_LE(cv::norm(made->marked, made->truth, cv::NORM_INF, made->mask == 0), 8);
}

TEST(Encode, WritesTheSamplingAskedFor) {
  cv::Mat stripes(64, 64, CV_8UC3);
  for (int x = 0; x < 64; ++x) stripes.col(x) = x % 2 == 0 ? cv::Scalar(0, 0, 255) : cv::Scalar(255, 0, 0);
  const auto error = [&](FileKind kind) { return cv::norm(*Decode(*Encode(stripes, kind, 95)), stripes, cv::NORM_L1); };
  EXPECT_LT(error(FileKind::kJpeg444) * 3, error(FileKind::kJpeg420));
  EXPECT_EQ(error(FileKind::kPng), 0);
}

TEST(Decode, RefusesWhatIsNoImage) {
  const Bytes text = {'h', 'e', 'l', 'l', 'o'};
  EXPECT_EQ(Decode(text).error().code, ErrorCode::kCorruptImage);
  EXPECT_TRUE(DecodeMask({})->empty());
}

TEST(Photos, SaysWhereAFolderHasNone) {
  EXPECT_EQ(Photos::OfFolder(std::string(REMOVR_SOURCE_DIR) + "/bench").error().code, ErrorCode::kIo);
  EXPECT_EQ(Photos::OfFolder("/nowhere").error().code, ErrorCode::kIo);
}

TEST(SceneText, ChangesAPartOfThePhotographReproducibly) {
  const Fonts fonts = std::move(Fonts::Find()).value();
  const cv::Mat photo = *Photos::Drawn(1, 1).Load(0);
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    Rng rng(seed), same(seed);
    const cv::Mat with = WithSceneText(fonts, rng, photo);
    cv::Mat difference;
    cv::absdiff(with, photo, difference);
    const int changed = cv::countNonZero(difference.reshape(1) > 6);
    EXPECT_GT(changed, 200);
    EXPECT_LT(changed, .6 * 3 * static_cast<double>(photo.total()));
    EXPECT_EQ(cv::norm(with, WithSceneText(fonts, same, photo), cv::NORM_INF), 0);
  }
}

TEST(Worst, ShowsTheLeastGainFirstAndNotOnlyWhatWasMissed) {
  std::vector<Score> scores(9);
  for (int i = 0; i < 9; ++i) {
    scores[i].psnr_before = 20;
    scores[i].removr.psnr = 20 + (i < 6 ? 0 : 9 - i);
    scores[i].iou = i < 6 ? 0 : .5;
  }
  EXPECT_EQ(Worst(scores, 6), (std::vector<int>{0, 1, 8, 7, 6}));
}

TEST(Summarise, GivesMeanDeviationAndQuartiles) {
  const Summary summary = Summarise({4, 1, 3, 2, 5});
  EXPECT_DOUBLE_EQ(summary.mean, 3);
  EXPECT_NEAR(summary.deviation, 1.5811, 1e-4);
  EXPECT_DOUBLE_EQ(summary.lower, 2);
  EXPECT_DOUBLE_EQ(summary.median, 3);
  EXPECT_DOUBLE_EQ(summary.upper, 4);
}

TEST(Table, LinesUpForATerminalAndAsMarkdown) {
  Table table({"what", "n"});
  table.Add({"± é", "7"});
  EXPECT_EQ(table.Text(false), "what    n\n----  ---\n± é     7\n");
  EXPECT_EQ(table.Text(true), "| what |   n |\n| ---- | --: |\n| ± é  |   7 |\n");
}

}  // namespace
}  // namespace removr::bench
