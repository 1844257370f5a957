// Overlays as their owners keep them: pictures with transparency, drawn by cairo; and the ways in which programs put
// them on a photograph.
#pragma once

#include <opencv2/core.hpp>
#include <string_view>

#include "bench/fonts.h"
#include "bench/overlay.h"
#include "bench/random.h"

namespace removr::bench {

inline constexpr int kMarkCount = 8;
std::string_view MarkName(int mark);

// CV_8UC4, B G R A, not premultiplied, as a PNG holds it: 300 to 480 px wide. The word and details are random.
cv::Mat DrawMark(int mark, const Fonts& fonts, Rng& rng);

struct MarkPose {
  cv::Point2d center;  // px of the photograph; pixel i covers [i, i + 1)
  double scale = 1;
  double angle = 0;  // radians, clockwise
};

// How a program scales: each is one that people use.
enum class Scaler { kArea, kLinear, kCubic, kLanczos, kSupersampled };
inline constexpr int kScalerCount = 5;
std::string_view Name(Scaler scaler);

// The mark on a picture of `image`'s size. At angle 0 all scalers but the last place it at whole pixels and give it a
// whole size, as editors do; `pose` then is rounded.
Overlay PlaceMark(const cv::Mat& mark, const MarkPose& pose, double opacity, Scaler scaler, cv::Size image);

}  // namespace removr::bench
