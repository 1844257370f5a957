// How cleaned pixels go back into a PNG's own colour type: palette, few bits of gray, or a transparent colour.
#pragma once

#include "engine/codec/png_write.h"

namespace removr::codec {

// What a PNG's header says.
struct PngHeader {
  PngColor color_type = PngColor::kRgb;
  int bit_depth = 8;
  bool interlaced = false;
  std::vector<cv::Vec4b> palette;  // R, G, B, A
  bool has_transparent_color = false;
  cv::Vec3w transparent_color;  // R, G, B, or gray in the first
};

// kCorruptImage where the header is not there or not whole.
Result<PngHeader> ReadPngHeader(ByteView bytes);

struct PngFit {
  PngLayout layout;
  cv::Mat pixels;  // as WritePng takes them
  bool keeps_transparent_color = false;
};

// The original's colour type and depth where every pixel fits; more bits or colours of the same type where not; else
// gray or RGB of 8 bits, with alpha where the image has it. Never changes a pixel.
PngFit FitPng(const PngHeader& header, const image::Image& cleaned);

}  // namespace removr::codec
