// Whether a finding is an overlay at all. Witnesses: the network that found it, the one that saw its strokes, the one
// that compares before and after, and how well a flat layer explains the pixels. What belongs to the scene (a sign, a
// shirt, foliage) is shaded and textured, so that no one colour and opacity fits it.
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "base/result.h"
#include "engine/erase/layer.h"
#include "engine/erase/matte.h"
#include "engine/erase/traces.h"
#include "engine/image/finding.h"
#include "engine/nn/session.h"

namespace removr::erase {

// The fit's residual over the contrast that the layer makes; 0 is perfect.
float Misfit(const Layer& layer);

// What is known of a finding before it is erased. Where no layer fits, the values of the fit are those below.
struct Evidence {
  float confidence = 0;  // of the network that found it, [0,1]
  float support = 0;     // of its second-surest scale, [0,1]
  float mean = 0;        // of all its scales, [0,1]
  float misfit = 1;
  float contrast = 0;     // that the layer makes against its background, [0, sqrt(3)]
  float correlation = 0;  // of what is seen inside and outside of the strokes (Blend)
  float belief = 0;       // mean over the strokes, of the network that saw them
  float tint = 0;         // how far the layer's colour is from black, white and pure colours, [0, 1.5]
  float edges = 0;        // log of the contrast at the strokes' edges over that around them
  float after = 0;        // log of the contrast there, once the layer is off, over that around them
  float share = 0;        // of the region that strokes cover
  float size = 4.6F;      // log of 100 + the strokes' px at the matte's scale
  bool opaque = false;
  float least = 0;       // confidence of its least sure place, [0,1]
  float border = 0;      // from the finding to the nearest edge of the image, over the image's shorter side, [0, .5]
  float width = 0;       // of the finding over that of the image, [0,1]
  float unevenness = 0;  // standard deviation of the network's own opacity over its strokes
  float thickness = 0;   // of these strokes, log of px: twice their area over the length of their edge
  float sight = 0;       // log odds, of the network that is shown what erasing it would do
};

// What speaks for a finding in an image of this size.
Evidence MeasureEvidence(const Matte& matte, const std::vector<Layer>& layers, const image::Finding& finding,
                         const Traces& traces, cv::Size image);

// Asks the network judge.onnx for each view (views.h; not empty), and takes the mean. Errors: those of
// nn::Session::Run.
Result<float> Sight(const nn::Session& session, const std::vector<cv::Mat>& views);

// What the judge asks, as numbers. The names are columns of `bench/trust`'s table.
inline constexpr std::array kFeatureNames = {"confidence", "misfit", "contrast", "correlation", "belief",    "tint",
                                             "edges",      "size",   "opaque",   "support",     "after",     "share",
                                             "least",      "border", "width",    "unevenness",  "thickness", "sight",
                                             "mean"};
using Features = std::array<float, kFeatureNames.size()>;
Features ToFeatures(const Evidence& evidence);

// The probability that it is an overlay: boosted trees, fitted by training/fit_judges.py on findings and their
// parts in composites and clean photographs that the networks were not trained on; docs/quality.md says how reliable it
// is.
float ProbablyOverlay(const Evidence& evidence);

// From this probability on a finding is erased: what is taken off a clean photograph is worse than what stays.
inline constexpr float kTrusted = .95F;
// And from this one on beside a part of the same finding that is.
inline constexpr float kTrustedBeside = .85F;

// Tiles are sure to repeat: only that they are no scene (honeycomb, coins in rows) is to be shown. Of such, the best
// that was seen misfits by .4; of tiled marks, the worst by .17.
bool TrustedTiles(float misfit);

}  // namespace removr::erase
