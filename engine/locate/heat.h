// How likely each place of an image belongs to an overlay, and to which kind: the network's answers at all scales as
// one map.
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "engine/image/finding.h"

namespace removr::locate {

struct Heat {
  cv::Mat region;   // CV_32F, [0,1], of the level that is surest of the cell, which covers 4 x 4 px of the image
  cv::Mat support;  // the same, of the level that is second surest
  cv::Mat mean;     // and of all levels
  std::array<cv::Mat, image::kKindCount> kinds;  // CV_32F, of the same size: the evidence for each kind, not normalised
  int levels = 0;
};

// An empty map for an image of this size.
Heat MakeHeat(cv::Size image);

// Adds what one level says: `planes` are region and the kinds, at any size. The strongest voice counts, for what is
// small shows at a fine scale only, what is large at a coarse one only; the mean tells an overlay, which most scales
// see, from what lies around it and deceives one.
void Merge(const std::vector<cv::Mat>& planes, Heat& heat);

}  // namespace removr::locate
