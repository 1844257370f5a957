// What is different between two files, read from their bytes alone: the proof that outside an overlay nothing changed.
// It trusts nothing that the pipeline says, and shares no code with what writes files.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/probe.h"
#include "base/result.h"
#include "engine/codec/jpeg_compare.h"
#include "engine/image/image.h"

namespace removr::receipt {

using Bytes = std::span<const std::uint8_t>;

// In what a difference is counted.
enum class Measure {
  kCoefficients,  // JPEG to JPEG: quantised DCT coefficients, of blocks that hold no pixel of the mask
  kValues,        // pixel values of the file's own depth
  kValues8,       // pixel values in 8 bits of R, G, B, where the two files' layouts differ
};
std::string_view Name(Measure measure);  // "coefficients", "values", "values8"

struct Outside {
  double max_difference = 0;
  Measure measure = Measure::kValues;
};

// The largest difference outside `mask` (CV_8UC1 of the upright image's size, not 0 where pixels may change). Errors:
// those of Decode; kMaskMismatch where the upright sizes differ.
Result<Outside> MeasureOutside(Bytes before, Bytes after, const image::Mask& mask, const Limits& limits);

struct PartDifference {
  enum class What { kOnlyBefore, kOnlyAfter, kDiffers };
  std::string name;  // codec/parts.h
  What what = What::kDiffers;
};
std::string_view Name(PartDifference::What what);  // "only before", "only after", "differs"

// Pixels that changed and lie close together: in squares of 16 px that touch.
struct ChangedRegion {
  cv::Rect box;             // px of the upright image
  std::int64_t pixels = 0;  // of `changed` in it
};

struct Comparison {
  bool same_bytes = false;
  Format before_format = Format::kJpeg, after_format = Format::kJpeg;
  cv::Size before_size, after_size;    // upright
  std::vector<PartDifference> parts;   // where the formats are the same
  bool same_layout = false;            // upright size, colour model, depth and alpha; without it nothing below is known
  cv::Mat changed;                     // CV_8UC1, upright: 255 where a decoded value, or a JPEG block, is different
  std::int64_t pixels_changed = 0;     // of which decoded values are
  double max_difference = 0;           // of decoded values, in the file's own depth
  std::vector<ChangedRegion> regions;  // of `changed`, largest first
  std::optional<codec::JpegComparison> jpeg;  // of two JPEGs

  double ChangedFraction() const;
  // Whether the formats and layouts are the same, no part differs, of JPEGs the quantisation tables neither, and what
  // changed is compact: at most half of the pixels, in at most 1000 regions. A picture that was encoded again as a
  // whole fails one or the other.
  bool OnlyCompactRegions() const;
};

inline constexpr double kChangedFractionMax = .5;
inline constexpr std::size_t kRegionsMax = 1000;

// Errors: those of Decode for either file.
Result<Comparison> Compare(Bytes before, Bytes after, const Limits& limits);

// An 8-bit PNG of BEFORE in dimmed gray, with the changed pixels in red and the regions framed; of the upright size.
// `comparison` is what Compare said of the same file.
Result<std::vector<std::uint8_t>> DrawChanges(Bytes before, const Comparison& comparison, const Limits& limits);

}  // namespace removr::receipt
