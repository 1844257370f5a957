// How likely each place of an image belongs to an overlay, and to which kind: the network's answers at all scales as
// one map.
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "engine/image/finding.h"

namespace removr::locate {

struct Heat {
  cv::Mat region;  // CV_32F, [0,1]; a cell covers 4 x 4 px of the image at its finest scale
  cv::Mat support;       // the same, of the level that is second surest of the cell
  std::array<cv::Mat, image::kKindCount> kinds;  // CV_32F, of the same size: the evidence for each kind, not normalised
};

// An empty map for an image of this size.
Heat MakeHeat(cv::Size image);

// Adds what one level says: `planes` are region and the kinds, at any size. The strongest voice counts: what is small
// shows at a fine scale only, what is large at a coarse one only.
void Merge(const std::vector<cv::Mat>& planes, Heat& heat);

}  // namespace removr::locate
