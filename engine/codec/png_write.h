// Pixels to a PNG stream without metadata.
#pragma once

#include <opencv2/core.hpp>

#include "engine/codec/formats.h"

namespace removr::codec {

// PNG, third edition, table 11.1.
enum class PngColor { kGray = 0, kRgb = 2, kPalette = 3, kGrayAlpha = 4, kRgba = 6 };

struct PngLayout {
  PngColor color_type = PngColor::kRgb;
  int bit_depth = 8;
  bool interlaced = false;
  // kPalette only: R, G, B, A of at most 256 colours.
  std::vector<cv::Vec4b> palette;
};

// `pixels`: 8 or 16 bits as the depth says (below 8: one byte a pixel, values 0 to 2^depth - 1), channels as the colour
// type has them. A palette with alpha below 255 also gets a tRNS chunk.
Result<Bytes> WritePng(const cv::Mat& pixels, const PngLayout& layout);

}  // namespace removr::codec
