// The smoothest continuation of known pixels into unknown ones.
#pragma once

#include <opencv2/core.hpp>

namespace removr::erase {

// `values`: CV_32FC4; `known`: CV_8UC1. The known pixels, and in the others nearly the solution of Laplace's equation
// with them as boundary (the picture's edge is free): solved at half the size first, then smoothed by a few sweeps, as
// in a multigrid cascade. Zeros where nothing is known.
cv::Mat ContinueSmoothly(const cv::Mat& values, const cv::Mat& known);

}  // namespace removr::erase
