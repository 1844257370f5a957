// From pixels back to a file of the original's format, in which nothing but the masked pixels is different.
//
//   format          outside the mask                              kept from the original
//   JPEG            quantised coefficients of untouched blocks    tables, sampling, scan script, restarts, APPn, COM
//   PNG             every bit                                     colour type and depth where colours fit, all chunks
//   WebP lossless   every bit                                     ICCP, EXIF, XMP, unknown chunks
//   WebP lossy      encoded again, at a high quality; alpha: bits the same
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "engine/image/image.h"

namespace removr::codec {

// Writes `cleaned` in the format of `original`, the file that Decode gave it from. Image and mask are as stored in the
// file (before EXIF orientation), and of its size; outside the mask `cleaned` must be what Decode gave. Where the mask
// is all zero, the result is the original's bytes. `quality`, 1 to 100, is that of a lossy WebP, which has to be
// encoded again as a whole; the other formats take none. For another format see convert.h.
//
// An APNG loses its animation (the other frames would still show what was cleaned). Thumbnails and previews are made
// anew (previews.h). Errors: those of Decode for `original`; kMaskMismatch where the mask has another size than the image;
// kEngineFailure where `cleaned` is not an image of this file, or the codec library refuses.
Result<std::vector<std::uint8_t>> Encode(std::span<const std::uint8_t> original, const image::Image& cleaned,
                                         const image::Mask& mask, const Limits& limits = {},
                                         std::optional<int> quality = {});

// The mask as an 8-bit gray PNG, 255 where it is not zero.
Result<std::vector<std::uint8_t>> EncodeMaskPng(const image::Mask& mask);

}  // namespace removr::codec
