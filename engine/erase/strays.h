// Strokes that are the photograph's. Within a finding's region restore also takes edges, cracks and print of the scene
// for strokes; each connected stroke is weighed against the overlay that was fitted to all of them.
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "engine/erase/layer.h"
#include "engine/erase/matte.h"

namespace removr::erase {

// A connected part of what erasing a finding would change.
struct Stroke {
  float belief = 0;    // mean of restore's mask over it
  float evidence = 0;  // mean log likelihood ratio for the strongest layer (layer.h)
  float size = 0;      // log of its px over those of the finding's largest stroke
  float painted = 0;   // share of it that is painted over whatever the layers say (painted.h)
  float off = 0;       // how far restore's colour for it is from the strongest layer's, in the worst channel
};

inline constexpr std::array kStrokeNames = {"belief", "evidence", "size", "painted", "off"};
std::array<float, kStrokeNames.size()> ToFeatures(const Stroke& stroke);

// The probability that it is the overlay's: a logistic regression, fitted by training/fit_judges.py.
float ProbablyStroke(const Stroke& stroke);

// The connected parts of a plane, numbered from 1 on.
struct Strokes {
  cv::Mat labels;               // CV_32SC1 of the matte's size, 0 where there is none
  std::vector<Stroke> strokes;  // of label 1, 2, …
};

// `layers`: strongest first, may be empty; `painted`: CV_32FC1 or empty; `changed`: CV_8UC1, not 0 where a pixel would
// change. All of the matte's size.
Strokes FindStrokes(const Matte& matte, const std::vector<Layer>& layers, const cv::Mat& painted,
                    const cv::Mat& changed);

// What of them is the photograph's: CV_8UC1, 255. Never the largest.
cv::Mat Strays(const Strokes& strokes);

}  // namespace removr::erase
