// All of an opaque overlay. Flat layers explain one or two of its colours; since it is painted over as a whole, what the
// network saw of the rest goes as well, and so does what it encloses: a band's text, the inside of outlined letters.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/erase/layer.h"

namespace removr::erase {

// `belief`: CV_32FC1, the network's probability of a stroke, 0 outside of the finding's region; `layers`: fitted to it,
// of the same size. CV_32FC1, 1 where the overlay is, 0 elsewhere; empty where none of the layers is opaque. A hole
// through which one sees the photograph, as a letter's counter, stays one: the network does not believe in it.
cv::Mat Painted(const cv::Mat& belief, const std::vector<Layer>& layers);

}  // namespace removr::erase
