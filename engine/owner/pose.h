// Where on a picture a template lies, and how it looks there.
#pragma once

#include <opencv2/core.hpp>

#include "engine/owner/template.h"

namespace removr::owner {

// A similarity, nearly. Lengths in px of the picture; pixel i covers [i, i + 1).
struct Pose {
  cv::Point2d center;  // of the template's box
  double scale = 1;    // px of the picture per px of Template::sizes[0], in its width
  double angle = 0;    // radians, clockwise as seen
  double aspect = 1;   // times `scale`: in its height. Who scales to whole pixels rounds the two apart
};

// The same pose in a picture `by` times as large.
Pose Scaled(const Pose& pose, double by);

// The pixels of the picture that the template's box touches there.
cv::Rect Bounds(cv::Size2d size, const Pose& pose);

// How the template was brought to its size: programs differ, and at a stroke's edge one sees it.
enum class Kernel {
  kSmooth,   // averaged over each pixel of the picture where it shrinks, else bicubic: as editors do
  kLinear,   // bilinear from the full size, whatever the scale: as drawing libraries do
  kCubic,    // bicubic likewise
  kLanczos,  // and so with eight taps
};

struct Rendering {
  Kernel kernel = Kernel::kSmooth;
  int fine = 4;  // samples along a pixel's side where it is averaged
  // Times the Laplacian is taken off: above 0 sharper, below 0 softer than the kernel (blurred by a sigma, px, of the
  // root of twice that).
  double sharpness = 0;
};

// The part of the posed template that lies over `window` of the picture; 0 outside of the template.
Sheet Render(const Template& overlay, const Pose& pose, const cv::Rect& window, const Rendering& rendering = {});

}  // namespace removr::owner
