// Takes a template's placements off: the blend's inverse, with nothing guessed.
#pragma once

#include <vector>

#include "engine/image/finding.h"
#include "engine/image/image.h"
#include "engine/owner/refine.h"

namespace removr::owner {

struct Lifted {
  image::Image image;        // of the original's size, depth and colours; outside `changed` bit for bit the original
  image::Mask changed;       // CV_8UC1, 255 where a placement shows
  image::Mask hidden;        // CV_8UC1, 255 where so little shows through that the pixel is to be filled
  image::Findings findings;  // one for each placement
};

// J = (I - aW) / (1 - a) for each placement (as Find gave them). `upright` is not changed.
Lifted Lift(const image::Image& upright, const Template& overlay, const std::vector<Fit>& placements);

}  // namespace removr::owner
