// From a map of probabilities to findings: pure arithmetic, all its thresholds in one place.
#pragma once

#include <opencv2/core.hpp>

#include "engine/image/finding.h"
#include "engine/locate/heat.h"

namespace removr::locate {

// Low, so that little is missed: whether a finding is an overlay is decided where its strokes are known
// (erase/trust.h).
struct Thresholds {
  float seed = .3F;   // a finding has a cell at least this likely, and so has a confidence of this or more ...
  float grow = .15F;  // ... and extends over all connected cells at least this likely (hysteresis; Canny 1986, VI)
  float sum = .65F;   // of its confidence and its support: with less, hardly any has ever been an overlay; and ...
  float sum_of_large = 1.2F;  // ... on a large image, where an overlay shows at more than one scale, and grass at one
  int large_px = 2'500'000;
  int cells = 6;      // findings of fewer cells are dropped
};

// Connected cells become one finding each, top to bottom, and those in it that are surer its parts, and so on (a
// component tree; Najman and Couprie, "Building the component tree in quasi-linear time", TIP 2006): the network is often
// half sure of much that lies around an overlay. Boxes and regions are in px of the image of size `image`; a region is a
// little larger than its cells, since cells are coarse and an overlay's soft edge counts.
image::Findings FindRegions(const Heat& heat, cv::Size image);

}  // namespace removr::locate
