// From a rough pose to one that is exact to hundredths of a pixel, with the opacity.
//
// Gauss-Newton on the picture's gradients. With what the current fit leaves of the photograph, smoothed, as B:
//
//     q = G[I - g P - (1 - g a) B],    G the gradient;  parameters: place, size, angle, g, aspect, sharpness
//
// q is the photograph's own detail, which knows nothing of the template's edges, so that the equation J' q / v = 0 (v
// its local variance) has the true parameters as its solution, without bias. B is averaged with weights (1 - g a)^2,
// since taking the template off amplifies all errors by 1 / (1 - g a): where the template is opaque its surroundings
// count alone. Compare Evangelidis and Psarakis, "Parametric Image Alignment Using Enhanced Correlation Coefficient
// Maximization", PAMI 2008.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/owner/pose.h"

namespace removr::owner {

struct Fit {
  Pose pose;
  Rendering rendering;
  double opacity = 0;    // times the template's own
  double score = 0;      // opacity over its standard error
  double agreement = 0;  // share of the template's evidence whose parts, each for itself, show that opacity
  double left = 0;       // mean detail of the picture at the template's edges, that it does not explain
};

// A part of the picture at some resolution.
struct View {
  std::vector<cv::Mat> planes;  // of colors.h, as many as the template shows in
  cv::Point origin;             // of its first pixel
  double softness = 0;          // sigma, px, by which the file blurs all planes but luma
};

struct Effort {
  int rounds = 8;
  bool exact = false;       // fit aspect and sharpness as well
  bool same_shape = false;  // leave size and angle as they are: of one more tile
  bool opacity_alone = false;
  int apart = 1;  // px: of the two pixels that are compared. Farther apart than an edge is wide, how it was drawn and
                  // stored matters less to the opacity, and the photograph more
};

// Whether aspect or sharpness are as far from the template's as they may be: hardly the template.
bool AtBound(const Fit& fit);

// `start` in px of the view. The view should hold the template and some px around it.
Fit Refine(const View& view, const Template& overlay, const Fit& start, const Effort& effort);

}  // namespace removr::owner
