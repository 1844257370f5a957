// The opacity and colour of an overlay from what lies just inside and just outside its strokes.
//
// Where a stroke lies over a photograph that goes on on both sides of its edge,
//
//     inside = o W + (1 - o) outside        (the blend of unblend.h with J taken from next to it)
//
// is a straight line, one for each colour channel, with the slope 1 - o in common. Both sides are equally noisy samples
// of the photograph, so neither least squares of one on the other is right (it would bend the slope towards 0); the
// ratio of their spreads is: the reduced major axis (Kermack and Haldane, "Organic Correlation and Allometry",
// Biometrika 1950). Samples that do not fit lose weight (iteratively reweighted, Cauchy weights).
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace removr::erase {

struct Pair {
  cv::Vec3f inside, outside;  // R G B in [0,1]
  float weight = 1;
};

struct Blend {
  float opacity = 0;      // o, (0,1]
  cv::Vec3f color;        // W, each channel in [0,1]
  float correlation = 0;  // of inside and outside, [-1,1]: near 1 means a translucent overlay, seen through
  float residual = 0;     // median distance of a sample from the line
};

// `pairs` must not be empty. Where inside and outside have nothing to do with each other (a negative correlation), the
// overlay is opaque: o = 1. Where the line would need a colour that there is not, o is raised until it does not.
Blend FitBlend(const std::vector<Pair>& pairs);

}  // namespace removr::erase
