// Two JPEG files, coefficient by coefficient: whether a result is what jpeg_patch.cc promises. It reads both files
// anew and shares nothing with the writer.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <span>

#include "base/limits.h"
#include "base/result.h"
#include "engine/image/image.h"

namespace removr::codec {

struct JpegComparison {
  bool same_frame = false;   // size, components and sampling; without it nothing below is known
  bool same_tables = false;  // the quantisation tables
  std::int64_t blocks = 0;   // of 8 x 8 coefficients, over all components
  std::int64_t blocks_changed = 0;
  cv::Mat changed;  // CV_8UC1, one pixel for each 8 x 8 px, stored orientation: 255 under a changed block
  int outside_max_difference = 0;  // of quantised coefficients, in blocks that hold no pixel of the mask
};

// `mask`: of the stored image's size, not 0 where pixels may change; empty: nowhere. Errors: those of Decode.
Result<JpegComparison> CompareJpegs(std::span<const std::uint8_t> before, std::span<const std::uint8_t> after,
                                    const image::Mask& mask, const Limits& limits);

}  // namespace removr::codec
