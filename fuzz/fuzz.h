// What the fuzz targets share.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "engine/codec/png_chunks.h"

namespace removr::fuzz {

// Small, so that a run tries many files and none is merely slow.
inline constexpr Limits kLimits{.pixels_max = 1 << 16, .metadata_max_bytes = kMiB, .jpeg_scans_max = 30};

inline void Require(bool condition, std::string_view promise) {
  if (condition) return;
  std::cerr << "broken promise: " << promise << std::endl;
  std::abort();
}

// Errors that a file may be the cause of.
inline void RequireFilesFault(const Error& error) {
  Require(error.code == ErrorCode::kUnsupportedFormat || error.code == ErrorCode::kCorruptImage ||
              error.code == ErrorCode::kTooManyPixels || error.code == ErrorCode::kAnimated,
          "a bad file is the file's fault, not ours");
}

// Puts right every CRC of a PNG file, so that mutations reach what lies behind them.
inline std::vector<std::uint8_t> WithRightCrcs(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> png(bytes.begin(), bytes.end());
  if (png.size() < codec::kPngSignatureBytes) return png;
  codec::ByteView rest = codec::ByteView(png).subspan(codec::kPngSignatureBytes);
  for (codec::PngChunk chunk; codec::NextChunk(rest, chunk);) {
    const std::size_t at = static_cast<std::size_t>(chunk.whole.data() - png.data()) + chunk.whole.size() - 4;
    const auto crc = crc32(0, chunk.whole.data() + 4, static_cast<uInt>(chunk.data.size() + 4));
    for (std::size_t i = 0; i < 4; ++i) png[at + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  }
  return png;
}

}  // namespace removr::fuzz
