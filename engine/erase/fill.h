// Fills what an opaque overlay hides. A simple fill: it continues what lies around a hole, and suits thin strokes.
#pragma once

#include <opencv2/core.hpp>

namespace removr::erase {

// `rgb`, H x W x 3 float in [0,1], with the pixels under `hole` (CV_8UC1, not 0) made from those around them:
// Bertalmio, Bertozzi, Sapiro, "Navier-Stokes, Fluid Dynamics, and Image and Video Inpainting", CVPR 2001, in 8 bits.
// The other pixels are unchanged. Where nothing lies around (the hole is everything), `rgb` comes back.
cv::Mat Fill(const cv::Mat& rgb, const cv::Mat& hole);

}  // namespace removr::erase
