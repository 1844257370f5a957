#include "engine/locate/regions.h"

#include <gtest/gtest.h>

namespace removr::locate {
namespace {

const cv::Size kImage(401, 299);

// A map with a patch (in cells) of this probability, at all scales, and kind.
void Paint(Heat& heat, const cv::Rect& cells, float probability, image::Kind kind = image::Kind::kLogo) {
  heat.region(cells) = probability;
  heat.mean(cells) = probability;
  heat.kinds[static_cast<int>(kind)](cells) = probability;
}

TEST(FindRegions, FindsNothingInAnEmptyMap) { EXPECT_TRUE(FindRegions(MakeHeat(kImage), kImage).empty()); }

TEST(FindRegions, GivesBoxRegionKindAndConfidenceInPixels) {
  Heat heat = MakeHeat(kImage);
  Paint(heat, {10, 20, 8, 4}, .9F, image::Kind::kTimestamp);
  const auto findings = FindRegions(heat, kImage);
  ASSERT_EQ(findings.size(), 1U);
  const auto& finding = findings[0];
  const cv::Rect painted(40, 80, 32, 16);
  EXPECT_EQ(finding.box & painted, painted);
  EXPECT_LE(finding.box.area(), 3 * painted.area());
  EXPECT_EQ(finding.region.size(), finding.box.size());
  EXPECT_EQ(cv::countNonZero(finding.region(painted - finding.box.tl())), painted.area());
  EXPECT_EQ(finding.kind, image::Kind::kTimestamp);
  EXPECT_FLOAT_EQ(finding.confidence, .9F);
}

TEST(FindRegions, KeepsBoxesInsideTheImage) {
  Heat heat = MakeHeat(kImage);
  Paint(heat, {{}, heat.region.size()}, .9F);
  const auto findings = FindRegions(heat, kImage);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].box, cv::Rect({}, kImage));
  EXPECT_EQ(findings[0].region.size(), kImage);
}

TEST(FindRegions, NeedsASeedAndGrowsFromIt) {
  Heat heat = MakeHeat(kImage);
  Paint(heat, {5, 5, 20, 6}, .25F);
  EXPECT_TRUE(FindRegions(heat, kImage).empty());
  Paint(heat, {5, 5, 3, 3}, .95F);
  const auto findings = FindRegions(heat, kImage);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_GE(findings[0].box.width, 80);
}

// What a level sees that is this sure of one place.
std::vector<cv::Mat> Level(const Heat& heat, float probability) {
  std::vector<cv::Mat> planes(1 + image::kKindCount, cv::Mat::zeros(heat.region.size(), CV_32F));
  planes[0](cv::Rect(10, 20, 8, 4)) = probability;
  return planes;
}

TEST(FindRegions, TellsHowSureTheSecondSurestScaleIs) {
  Heat heat = MakeHeat(kImage);
  for (const float probability : {.2F, .9F, .6F}) Merge(Level(heat, probability), heat);
  const auto findings = FindRegions(heat, kImage);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_FLOAT_EQ(findings[0].confidence, .9F);
  EXPECT_FLOAT_EQ(findings[0].support, .6F);
  EXPECT_NEAR(findings[0].mean, 1.7F / 3, 1e-6);
}

TEST(FindRegions, LeavesOutWhatHardlyAnyScaleSees) {
  Heat heat = MakeHeat(kImage);
  Merge(Level(heat, .5F), heat);
  EXPECT_TRUE(FindRegions(heat, kImage).empty());
  Merge(Level(heat, .4F), heat);
  EXPECT_EQ(FindRegions(heat, kImage).size(), 1U);
}

TEST(FindRegions, AsksForASecondScaleOnALargeImage) {
  const cv::Size large(2000, 1500), small(1600, 1500);
  for (const cv::Size size : {large, small}) {
    Heat heat = MakeHeat(size);
    Merge(Level(heat, .95F), heat);
    EXPECT_EQ(FindRegions(heat, size).size(), size == large ? 0U : 1U);
    Merge(Level(heat, .3F), heat);
    EXPECT_EQ(FindRegions(heat, size).size(), 1U);
  }
}

// A wide, unsure place with two that are sure in it, and one of these with a surer one still.
TEST(FindRegions, KnowsWhatAFindingFallsInto) {
  Heat heat = MakeHeat(kImage);
  Paint(heat, {5, 5, 80, 60}, .68F);
  Paint(heat, {10, 10, 10, 5}, .9F);
  Paint(heat, {40, 30, 30, 20}, .8F, image::Kind::kText);
  Paint(heat, {50, 40, 8, 4}, .97F, image::Kind::kText);
  const auto findings = FindRegions(heat, kImage);
  ASSERT_EQ(findings.size(), 1U);
  const auto& parts = findings[0].parts;
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_FLOAT_EQ(parts[0].confidence, .9F);
  EXPECT_TRUE(parts[0].parts.empty());
  EXPECT_FLOAT_EQ(parts[0].least, .7F);
  EXPECT_EQ(parts[1].kind, image::Kind::kText);
  ASSERT_EQ(parts[1].parts.size(), 1U);
  EXPECT_EQ(parts[1].box & parts[1].parts[0].box, parts[1].parts[0].box);
  EXPECT_FLOAT_EQ(parts[1].parts[0].confidence, .97F);
}

// One scale is as sure of a lollipop as of the text on it, the others of the text alone.
TEST(FindRegions, TellsAnOverlayFromWhatDeceivesOneScale) {
  Heat heat = MakeHeat(kImage);
  Paint(heat, {5, 5, 80, 60}, .97F);
  heat.mean(cv::Rect(5, 5, 80, 60)) = .3F;
  heat.mean(cv::Rect(30, 30, 20, 5)) = .9F;
  const auto findings = FindRegions(heat, kImage);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].box, cv::Rect(12, 12, 336, 256));
  ASSERT_EQ(findings[0].parts.size(), 1U);
  EXPECT_EQ(findings[0].parts[0].box, cv::Rect(112, 112, 96, 36));
  EXPECT_FLOAT_EQ(findings[0].parts[0].mean, .9F);
}

TEST(FindRegions, AsksThePartsOfWhatIsNotLikelyAsAWhole) {
  Heat heat = MakeHeat(kImage);
  Paint(heat, {5, 5, 80, 60}, .4F);
  Paint(heat, {10, 10, 10, 5}, .9F);
  const auto findings = FindRegions(heat, kImage);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_FLOAT_EQ(findings[0].confidence, .9F);
  EXPECT_LT(findings[0].box.width, 80);  // px: the part's, not the whole's 320
}

TEST(FindRegions, FallsIntoNothingWhereAllIsEquallySure) {
  Heat heat = MakeHeat(kImage);
  Paint(heat, {5, 5, 20, 10}, .99F);
  EXPECT_TRUE(FindRegions(heat, kImage).at(0).parts.empty());
}

TEST(FindRegions, DropsSpecks) {
  Heat heat = MakeHeat(kImage);
  Paint(heat, {50, 50, 2, 2}, 1);
  EXPECT_TRUE(FindRegions(heat, kImage).empty());
}

TEST(FindRegions, TellsTwoApartAndListsThemTopToBottom) {
  Heat heat = MakeHeat(kImage);
  Paint(heat, {60, 60, 10, 4}, .9F);
  Paint(heat, {10, 5, 10, 4}, .9F);
  const auto findings = FindRegions(heat, kImage);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_LT(findings[0].box.y, findings[1].box.y);
}

}  // namespace
}  // namespace removr::locate
