// One level of the fill: matches and votes in turn, at one scale. Wexler, Shechtman, Irani, "Space-Time Completion of
// Video", PAMI 2007, section 3.
#pragma once

#include <opencv2/core.hpp>

#include "engine/erase/patch_match.h"

namespace removr::erase {

// A crop around a hole, all H x W.
struct Crop {
  cv::Mat rgb;      // CV_32FC4: R G B in [0,1], and 1
  cv::Mat unknown;  // CV_8UC1: what is to be made
  cv::Mat banned;   // CV_8UC1: what must not be copied; holds `unknown`
  cv::Mat guide;    // CV_32FC4 or empty: a coarse answer
};

class Level {
 public:
  // `crop` must outlive the level. `reach_px`: how far a match is sought.
  Level(const Crop& crop, int reach_px, std::uint32_t seed);

  // The coarsest level's first matches: by what is known, and the guide where there is one.
  void Begin();
  // A finer level's: those of a level of half the size.
  void BeginFrom(const Level& coarse);
  // Rounds of matching and voting.
  void Improve(int rounds);
  // The last vote, which copies rather than averages, and its seam closed.
  void Finish();

  // What the level is about: the hole and the patches that touch it.
  const cv::Rect& part() const { return part_; }
  // The part, with its unknown pixels made.
  const cv::Mat& rgb() const { return rgb_; }

 private:
  void FindMatches(int unknown_counts);
  void TakeVotes(float doubt, float spread_px);
  void CloseSeam();

  const Crop& crop_;
  cv::Rect part_;
  cv::Mat unknown_, rgb_, votes_;  // of the part
  Field field_;
  Scene scene_;
  Effort effort_;
};

}  // namespace removr::erase
