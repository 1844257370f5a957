// What an overlay of each kind consists of: shapes of one colour each, from the bottom to the top.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "bench/overlay.h"

namespace removr::bench {

// One colour at one opacity, wherever `coverage` says.
struct Layer {
  cv::Mat coverage;  // CV_32FC1, of the image's size, [0,1]
  cv::Vec3f color;   // B G R, [0,1]
  double opacity;    // [0,1]
};

// See DrawOverlay.
std::vector<Layer> DrawLayers(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image);

}  // namespace removr::bench
