#include "engine/erase/patch_vote.h"

#include <gtest/gtest.h>

#include "engine/erase/fill_slow.h"

namespace removr::erase {
namespace {

struct Sample {
  cv::Mat picture;
  Field field;
  cv::Rect part;
};

Sample Draw(cv::Size size, const cv::Rect& hole, const cv::Rect& part, std::uint64_t seed) {
  cv::RNG rng(seed);
  cv::Mat picture(size, CV_32FC4), unknown = cv::Mat::zeros(size, CV_8U);
  rng.fill(picture, cv::RNG::UNIFORM, 0, 1);
  cv::insertChannel(cv::Mat(size, CV_32F, cv::Scalar(1)), picture, 3);
  unknown(hole) = 255;
  Sample sample{picture, Field(unknown, part), part};
  for (int row = 0; row < sample.field.size().height; ++row)
    for (int column = 0; column < sample.field.size().width; ++column) {
      if (!sample.field.active(column, row)) continue;
      const cv::Point source(rng.uniform(0, size.width - kPatchPx + 1), rng.uniform(0, size.height - kPatchPx + 1));
      sample.field.match(column, row) = {source, rng.uniform(0, 100000)};
    }
  return sample;
}

TEST(PatchVote, CountsAsThePlainVersionDoes) {
  const struct {
    cv::Size size;
    cv::Rect hole, part;
  } cases[] = {{{8, 8}, {3, 3, 1, 1}, {0, 0, 8, 8}},
               {{31, 22}, {10, 9, 5, 1}, {2, 1, 21, 17}},
               {{40, 33}, {0, 0, 9, 33}, {0, 0, 17, 33}},
               {{23, 19}, {0, 0, 23, 19}, {0, 0, 23, 19}}};
  for (const auto& one : cases)
    for (const Ballot ballot : {Ballot{.doubt = 1, .spread_px = 3}, Ballot{.doubt = 0, .spread_px = .5F}}) {
      const Sample sample = Draw(one.size, one.hole, one.part, 7);
      const cv::Mat votes = Vote(sample.picture, sample.field, sample.part, ballot);
      const cv::Mat plain = VoteSlow(sample.picture, sample.field, sample.part, ballot);
      EXPECT_LT(cv::norm(votes, plain, cv::NORM_INF), 1e-4) << one.size;
    }
}

TEST(PatchVote, SaysNothingWhereNoPatchVotes) {
  Sample sample = Draw({30, 30}, {10, 10, 2, 2}, {0, 0, 30, 30}, 8);
  const cv::Mat votes = Vote(sample.picture, sample.field, sample.part, {});
  EXPECT_EQ(votes.at<cv::Vec4f>(29, 29), cv::Vec4f());
  EXPECT_GT(votes.at<cv::Vec4f>(10, 10)[3], 0);
}

}  // namespace
}  // namespace removr::erase
