// An overlay as a flat layer: one colour, one opacity, and the pixels that it covers. Nearly every watermark, caption,
// stamp and one-coloured logo is one or two of these, and knowing so turns a network's rough guess into an exact
// inversion.
//
// Expectation maximisation, started from the network's mask, in a few rounds:
//
//     M  from pixels inside and outside near the strokes' edges: opacity o and colour W          (regress.h)
//     E  the background B and its variance V near each pixel, from what is not covered and from what is, inverted;
//     then, for each
//        pixel, how much likelier it is under the layer, N((1-o)B + oW, (1-o)^2 V), than without it, N(B, V); that, the
//        network's own belief, and the neighbours' together give the probability that it is covered
//
// At the end, what is even between two edges is covered as a whole or not at all (pieces.h).
#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "engine/erase/regress.h"

namespace removr::erase {

// Planes are H x W float.
struct Layer {
  Blend blend;
  cv::Mat covered;     // CV_32FC1, probability; where `exact`, the coverage itself, in between at the strokes' edges
  cv::Mat background;  // CV_32FC3, B: the photograph without the layer, smooth
  cv::Mat variance;    // CV_32FC1, V: of the photograph around B, mean over the channels
  bool exact = false;
};

// `rgb`: H x W x 3 float in [0,1]. `belief`: CV_32FC1, the network's probability that a stroke is here; 0 where none
// may be. `taken`: CV_32FC1 or empty, what other layers cover; it counts as neither inside nor outside. nullopt where
// too little is believed in to fit anything to.
std::optional<Layer> FitLayer(const cv::Mat& rgb, const cv::Mat& belief, const cv::Mat& taken = {});

// The same where the coverage is known already, as of tiles: only the blend and the background are fitted.
std::optional<Layer> FitKnownLayer(const cv::Mat& rgb, const cv::Mat& coverage);

// The log likelihood ratio of being covered, for each pixel of `rgb` (as in FitLayer): CV_32FC1, bounded to [-8, 8].
cv::Mat Likelier(const cv::Mat& rgb, const Layer& layer);

// Raises the opacity of a layer of thin strokes, which cover hardly a pixel as a whole, so that the means from inside
// of their edges (FitLayer's) are less than the overlay's own, to what their strongest pixels show. `rgb` as in
// FitLayer.
void Deepen(const cv::Mat& rgb, Layer& layer);

// Where `rgb` is farther from the layer's background than the photograph itself mostly is there: CV_8UC1, 255.
cv::Mat Departs(const cv::Mat& rgb, const Layer& layer);

// What the layer leaves behind when it is taken off, H x W x 3 float in [0,1], and where.
struct Lifted {
  cv::Mat below;       // CV_32FC3; outside `changed` it is `rgb`
  cv::Mat changed;     // CV_8UC1, 255 where the layer shows
  cv::Mat coverage;    // CV_32FC1, [0,1]: 1 inside strokes, in between at their edges
  int impossible = 0;  // how many pixels came out darker than black or brighter than white
};

// Takes the layer off, pixel for pixel: at the strokes' edges, unless it is known, the coverage is where the pixel lies
// between background and covered background. Each inverted pixel has an error, from the coverage's own and from the
// file's noise, which 1 / (1 - a) amplifies; it is drawn towards B by as much as that error exceeds V (Wiener's
// filter).
Lifted LiftLayer(const cv::Mat& rgb, const Layer& layer);

}  // namespace removr::erase
