// What the judge's network looks at: a finding, what would be changed of it, and what would be there instead.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/erase/matte.h"
#include "engine/image/finding.h"
#include "engine/image/image.h"

namespace removr::erase {

inline constexpr int kViewPx = 160;    // sides of a view
inline constexpr int kViewPlanes = 8;  // R G B of the image; R G B after; what would be changed; what restore believes

// The finding as a whole, made smaller where it is larger than a view; then, if it was, the view at native resolution
// that has most of its strokes. CV_8UC(8) of kViewPx x kViewPx. `below` (CV_32FC3) and `changed` (CV_8UC1):
// what erasing it gives, at the matte's scale.
std::vector<cv::Mat> Views(const image::Image& image, const image::Finding& finding, const Matte& matte,
                           const cv::Mat& below, const cv::Mat& changed);

}  // namespace removr::erase
