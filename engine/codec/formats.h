// What each format's files give to decode.cc and encode.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "engine/image/image.h"

namespace removr::codec {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// As Decode, once the format is known.
Result<image::Image> DecodeJpeg(ByteView bytes, const Limits& limits);
Result<image::Image> DecodePng(ByteView bytes, const Limits& limits);
Result<image::Image> DecodeWebp(ByteView bytes, const Limits& limits);

// As Encode, once the format is known and the mask is of the cleaned image's size and not empty; PatchJpeg leaves
// previews as they are.
Result<Bytes> PatchJpeg(ByteView original, const image::Image& cleaned, const image::Mask& mask, const Limits& limits);
Result<Bytes> EncodePng(ByteView original, const image::Image& cleaned, const image::Mask& mask);
// `quality`, 1 to 100, counts where the file is lossy; nullopt: not below the original's.
Result<Bytes> EncodeWebp(ByteView original, const image::Image& cleaned, std::optional<int> quality);

// kTooManyPixels where a header's size is more than the limit allows.
inline Status CheckSize(std::int64_t width, std::int64_t height, const Limits& limits) {
  if (width <= 0 || height <= 0) return Fail(ErrorCode::kCorruptImage, "image of zero size");
  if (width > limits.pixels_max / height) {
    return Fail(ErrorCode::kTooManyPixels, std::to_string(width) + " x " + std::to_string(height));
  }
  return {};
}

}  // namespace removr::codec
