// Fills what an opaque overlay hides with texture from elsewhere in the photograph: coarse-to-fine PatchMatch
// (patch_match.h), voted (patch_vote.h), its seam closed inside the hole.
#pragma once

#include <opencv2/core.hpp>

namespace removr::erase {

// All of the picture's size, or empty.
struct FillHints {
  cv::Mat avoid;     // CV_8UC1, not 0 where other overlays are: neither copied from
                     // nor continued
  cv::Mat guide;     // CV_32FC3, R G B in [0,1]: a coarse answer, of which only the
                     // hole is looked at
  int smear_px = 2;  // how far compression spreads the overlay's colours beyond the hole
};

// `rgb`, H x W x 3 float in [0,1], with the pixels under `hole` (CV_8UC1, not 0) made anew; all others are unchanged.
// Small islands in the hole are no source either: they are letters that a band's mask left out. Where there is no
// texture to copy, the hole is a smooth continuation; where nothing is known at all, `rgb` comes back.
cv::Mat Fill(const cv::Mat& rgb, const cv::Mat& hole, const FillHints& hints = {});

}  // namespace removr::erase
