// What the restore network says about a part of the photograph: which pixels an overlay covers, how opaque it is there,
// and its colour.
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <span>

#include "base/result.h"
#include "engine/image/finding.h"
#include "engine/image/image.h"
#include "engine/nn/session.h"

namespace removr::erase {

// All planes have the size of `area` times `scale`; but for `inside`, they are float in [0,1].
struct Matte {
  cv::Rect area;        // of the image, px
  double scale = 1;     // matte px per image px, at most 1
  cv::Mat rgb;          // CV_32FC3, the image itself
  cv::Mat inside;       // CV_8UC1, 255 in the finding's region
  cv::Mat mask;         // CV_32FC1, probability that an overlay shows here, be it in the region or not
  cv::Mat coverage;     // CV_32FC1 where locate knows the strokes, then the mask as well, and alpha is 0; else empty
  cv::Mat alpha;        // CV_32FC1, total opacity
  cv::Mat alpha_color;  // CV_32FC3, R G B, premultiplied by alpha
};

// How the network sees a part of the photograph; the values are cv::flip's.
enum class Mirror { kNone = 2, kUpsideDown = 0, kLeftToRight = 1, kBoth = -1 };

// The mean of its answers to all four is closer to the truth than any, at four times the cost.
inline constexpr std::array kOneLook{Mirror::kNone};
inline constexpr std::array kFourLooks{Mirror::kNone, Mirror::kLeftToRight, Mirror::kUpsideDown, Mirror::kBoth};

// Runs the network over a finding and what it needs to see around it, and gives the part around the finding; near
// native resolution: coarser where strokes would be larger than in training, or the finding larger than `pixels_max`.
// Where the finding's strokes are known it isn't asked.
// Errors: those of nn::Session::Run.
Result<Matte> PredictMatte(const nn::Session& session, int threads, const image::Image& image,
                           const image::Finding& finding, double pixels_max,
                           std::span<const Mirror> mirrors = kOneLook);

// What an image shows in `area`, at this size (which is at most the area's): CV_32FC3.
cv::Mat ReadScaled(const image::Image& image, const cv::Rect& area, cv::Size size);

// The part of a plane of the matte that lies over `part` (px of the image, inside matte.area), at native resolution.
cv::Mat AtNative(const Matte& matte, const cv::Mat& plane, const cv::Rect& part);

}  // namespace removr::erase
