// What the matches of overlapping patches say about a pixel: their weighted mean. Wexler, Shechtman, Irani, "Space-Time
// Completion of Video", PAMI 2007, eq. (5).
#pragma once

#include <opencv2/core.hpp>

#include "engine/erase/patch_match.h"

namespace removr::erase {

struct Ballot {
  // How much worse than the middling match one may be before it counts little. 0: all count alike.
  float doubt = 1;
  // Standard deviation, px, of a pixel's distance from its patch's middle: small ones copy, large ones average.
  float spread_px = 4;
};

// `picture`: CV_32FC4, R G B 1. For `part`, which holds the field's patches: under the active ones, the mean of what
// their matches show in `picture`, and above 0 in the fourth channel; elsewhere 0.
cv::Mat Vote(const cv::Mat& picture, const Field& field, const cv::Rect& part, const Ballot& ballot);

}  // namespace removr::erase
