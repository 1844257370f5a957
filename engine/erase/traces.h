// Whether an overlay left traces where it was taken off: too much contrast there, measured against the photograph
// around it.
#pragma once

#include <opencv2/core.hpp>

namespace removr::erase {

// Mean gradient magnitudes (Sobel, of luma in [0,1] per px).
struct Traces {
  double before = 0;  // under the strokes and at their edges, in the file
  double after = 0;   // the same place, after the erase
  double around = 0;  // near the strokes, where nothing was changed
};

// `rgb` before and `below` after, H x W x 3 float; `changed`: CV_8UC1, what differs; `unclear`: CV_8UC1, pixels that
// are no measure of the photograph (other overlays, or part of this one), or empty.
Traces MeasureTraces(const cv::Mat& rgb, const cv::Mat& below, const cv::Mat& changed, const cv::Mat& unclear);

// The log of a contrast over that around, as a witness: 0 where both are alike. What can't be seen says nothing.
float LogOverAround(double contrast, const Traces& traces);

// An inversion that went wrong (a wrong opacity, strokes of two kinds) leaves outlines that the photograph doesn't
// have.
bool LeftTraces(const Traces& traces);

}  // namespace removr::erase
