// The fill of one crop, from coarse to fine.
#pragma once

#include <opencv2/core.hpp>

#include "engine/erase/fill_level.h"

namespace removr::erase {

// Half the size (rounded up). A pixel is unknown or banned where any of its four is.
Crop Halve(const Crop& crop);

// `crop.rgb` with the unknown pixels made from patches elsewhere in it, at most about `reach_px` away. Where there are
// none to copy, a smooth continuation. What is neither unknown nor banned comes back unchanged.
cv::Mat Synthesise(const Crop& crop, int reach_px);

}  // namespace removr::erase
