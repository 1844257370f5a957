// Fractal noise, the stuff that drawn scenes are made of.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "bench/random.h"

namespace removr::bench {

// H x W, CV_32FC1, about [0,1] with mean .5: smooth noise whose largest features are `cell_px` wide and high, and
// octaves of half the size and `gain` times the strength each, down to two pixels.
cv::Mat FractalNoise(Rng& rng, cv::Size size, cv::Size2d cell_px, double gain = .5);

// The same along a line: `length` values.
std::vector<float> FractalLine(Rng& rng, int length, double cell_px, double gain = .5);

}  // namespace removr::bench
