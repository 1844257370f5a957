// Inverts the blend of a translucent overlay.
//
//     photograph J      overlay, colour W and opacity a      what the file shows
//     +--------+                 +--------+                    +--------+
//     |  J     |       +         |  a W   |          =         |   I    |
//     +--------+                 +--------+                    +--------+
//
//     I = a W + (1 - a) J     =>     J = (I - a W) / (1 - a)
//
// per pixel and channel, in the file's own (gamma-encoded) values, since that is where overlays are blended. Dekel,
// Rubinstein, Liu, Freeman, "On the Effectiveness of Visible Watermarks", CVPR 2017, eq. (1) and (2). They estimate one
// matte from many images; ours is predicted from one image by a network and then fitted to it (fit.h).
#pragma once

#include <opencv2/core.hpp>

namespace removr::erase {

// Above this opacity too little of the photograph is left in the file to be brought back: 1 / (1 - a) is over 6, and
// the 8-bit steps of the file become larger than the eye's threshold. Such pixels are filled.
inline constexpr float kOpaque = .85F;

// J, clamped to [0,1]. All H x W, float: `image` and `alpha_color` (a W) of 3 channels R G B, `alpha` of 1, all in
// [0,1]. An opacity above kOpaque is taken as kOpaque; what comes out there is to be filled.
cv::Mat Unblend(const cv::Mat& image, const cv::Mat& alpha, const cv::Mat& alpha_color);

}  // namespace removr::erase
