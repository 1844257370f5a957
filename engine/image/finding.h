// What locate reports and erase works on: one overlay each.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "base/choices.h"

namespace removr::image {

using removr::Kind;
using removr::kKindCount;
using removr::Name;

struct Finding {
  Kind kind = Kind::kWatermark;
  cv::Rect box;             // px in the upright image, half-open, inside the image
  float confidence = 0;     // [0,1]
  float support = 0;        // [0,1], confidence of the scale that is second surest of it; 0 where none else sees it
  float mean = 0;           // [0,1], confidence of all scales on average
  float least = 0;          // [0,1], that each place of it has at least: of the surest scale, of a part on average
  float opacity = 0;        // median of the matte inside the mask, [0,1]; 0 until erase has looked
  cv::Mat region;           // box-sized CV_8UC1: 255 where the overlay may be (regions, not strokes)
  cv::Mat strokes{};        // box-sized CV_8UC1, 255 times the coverage, where locate knows it already; else empty
  std::vector<Finding> parts{};  // what it falls into where only surer places count, should it be none as a whole
};

using Findings = std::vector<Finding>;

}  // namespace removr::image
