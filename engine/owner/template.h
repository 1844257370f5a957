// An overlay that its owner still has: for each of its pixels the opacity and the colour.
//
// Two ways to say so. A picture with transparency; or, where a program can only export pictures without, two renderings
// of the overlay, on black (D) and on white (L), from which both follow (Smith and Blinn, "Blue Screen Matting",
// SIGGRAPH 1996, theorem 4, for these two grounds):
//
//     D = aW,  L = aW + (1 - a)     =>     a = 1 - (L - D)
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "base/result.h"
#include "engine/image/image.h"

namespace removr::owner {

// H x W, float: a, and a W. CV_32FC1 in [0,1] and CV_32FC3 R G B in [0,a].
struct Sheet {
  cv::Mat opacity, premultiplied;
};

struct Template {
  // The overlay cut to what is visible of it, and halved again and again; the first is the largest.
  std::vector<Sheet> sizes;
  double shrunk = 1;  // px of sizes[0] per px of the owner's file: very large ones are made smaller

  int planes = 1;  // of colors.h in which it shows: 1 where it is black, gray or white

  cv::Size2d size() const { return sizes[0].opacity.size(); }
  bool empty() const { return sizes.empty(); }
};

// `picture`: upright. kBadRequest, with a public text, where it has no transparency, or nothing in it is visible,
// or what is visible has less than 8 px in width or height.
Result<Template> FromTransparent(const image::Image& picture);

// Two upright renderings on black and on white, in any order. kBadRequest likewise, and where the two differ in
// size or show no one overlay.
Result<Template> FromTwoGrounds(const image::Image& one, const image::Image& other);

}  // namespace removr::owner
