#include "engine/erase/choose.h"

#include <gtest/gtest.h>

#include "engine/erase/trust.h"

namespace removr::erase {
namespace {

// 10 x 10 px at x, of which the judge thinks this.
image::Finding At(int x, float probability, image::Findings parts = {}) {
  image::Finding finding;
  finding.box = {x, 0, 10, 10};
  for (const image::Finding& part : parts) finding.box |= part.box;
  finding.region = cv::Mat(finding.box.size(), CV_8U, cv::Scalar(255));
  finding.confidence = probability;
  finding.parts = std::move(parts);
  return finding;
}

Result<std::vector<Judgement>> AsTheySay(const image::Findings& findings) {
  std::vector<Judgement> judgements;
  for (const image::Finding& finding : findings)
    judgements.push_back({finding.confidence, finding.confidence >= kTrusted});
  return judgements;
}

constexpr float kSure = .99F, kNearly = .9F, kHardly = .5F;

std::vector<int> ChosenPlaces(const image::Findings& findings) {
  std::vector<int> places;
  const Chosen chosen = Choose(findings, AsTheySay).value();
  for (const image::Finding& finding : chosen.trusted) places.push_back(finding.box.x);
  return places;
}

TEST(Choose, TakesPartsWhereTheWholeIsDoubted) {
  EXPECT_EQ(ChosenPlaces({At(0, kHardly, {At(0, kSure), At(40, kHardly)}), At(100, kSure, {At(100, kSure)})}),
            (std::vector{100, 0}));
}

TEST(Choose, AsksLessOfAPartBesideATrustedOne) {
  EXPECT_EQ(ChosenPlaces({At(0, kHardly, {At(0, kSure), At(40, kNearly)})}), (std::vector{0, 40}));
  // Not of another finding's parts, nor where none is trusted.
  EXPECT_EQ(ChosenPlaces({At(0, kHardly, {At(0, kSure)}), At(40, kNearly)}), (std::vector{0}));
  EXPECT_TRUE(ChosenPlaces({At(0, kHardly, {At(0, kNearly), At(40, kNearly)})}).empty());
}

TEST(Choose, TakesNothingTwice) {
  // The whole is nearly trusted, but a part of it is chosen already; of the other finding the larger part is taken
  // alone.
  EXPECT_EQ(ChosenPlaces({At(0, kNearly, {At(0, kSure), At(40, kHardly)})}), (std::vector{0}));
  EXPECT_EQ(ChosenPlaces({At(0, kHardly, {At(0, kSure), At(40, kNearly, {At(40, kNearly), At(60, kNearly)})})}),
            (std::vector{0, 40}));
}

TEST(Choose, SaysWhatItDoubtedMost) {
  const image::Findings findings = {At(0, kHardly, {At(0, kSure), At(40, kNearly), At(60, .3F)}), At(100, .7F)};
  EXPECT_FLOAT_EQ(Choose(findings, AsTheySay)->doubt, .7F);
  EXPECT_EQ(Choose({}, AsTheySay)->doubt, 0);
}

}  // namespace
}  // namespace removr::erase
