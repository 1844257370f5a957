// The colours in which a template is compared with a picture. Luma and two differences: a photograph's edges are
// mostly in luma, so that a coloured overlay shows best in the others. The map is linear and keeps 0, so that a blend
// stays a blend.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace removr::owner {

inline constexpr int kPlanes = 3;

// How soft a file's colours are that has one for two by two pixels, once a decoder has enlarged them (averaged over
// two, then weights of 3 and 1): sigma, px.
inline constexpr double kSoftness = 1;

// R G B (H x W x 3 float) -> Y, B - Y, R - Y (BT.601), the first `count` of them; CV_32FC1.
std::vector<cv::Mat> ToPlanes(const cv::Mat& rgb, int count);
// And back, of all three.
cv::Mat FromPlanes(const std::vector<cv::Mat>& planes);

}  // namespace removr::owner
