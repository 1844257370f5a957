// Whether a finding is an overlay at all. Two witnesses: the network that found it, and how well a flat layer explains
// the pixels. What belongs to the scene (a sign, a shirt, foliage) is shaded and textured, so that no one colour and
// opacity fits it.
#pragma once

#include <opencv2/core.hpp>

#include "engine/erase/layer.h"

namespace removr::erase {

struct Fitness {
  float misfit = 0;        // the fit's residual over the contrast that the layer makes; 0 is perfect
  float contradicted = 0;  // share of the strokes that the restore network believes in and the fit does not
};

// `belief` is what FitLayer was given.
Fitness MeasureFitness(const Layer& layer, const cv::Mat& belief);

// `confidence` is the finding's, [0,1]. The worse the fit, the more confidence is asked for. The constants separate
// overlays from false findings on composites and clean photographs that the networks were not trained on.
bool Trusted(float confidence, const Fitness& fitness);
// Where no layer could be fitted (overlays of many colours have none).
bool TrustedAlone(float confidence);

}  // namespace removr::erase
