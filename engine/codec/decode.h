// From a file's bytes to pixels. The format is told from the bytes alone; limits are checked against the header before
// memory is taken. One file per format lies beside this one; nothing outside this folder names a codec library.
#pragma once

#include <cstdint>
#include <span>

#include "base/limits.h"
#include "base/probe.h"
#include "base/result.h"
#include "engine/image/image.h"

namespace removr::codec {

struct Decoded {
  image::Image image;  // as stored in the file, in its own depth; `orientation` says how a viewer turns it
  Format format = Format::kJpeg;
};

// Decodes a whole file. Palettes and less than 8 bits become 8-bit gray or RGB, transparent colours an alpha channel.
//
// Errors: kUnsupportedFormat (no JPEG, PNG or WebP, or a variant of JPEG that hardly anyone writes: lossless, 12 bits);
// kCorruptImage (damaged or cut short, even if part of it could be shown; or a PNG chunk above
// limits.metadata_max_bytes); kTooManyPixels (limits.pixels_max); kAnimated (WebP; an APNG is taken as its still
// image).
//
// Thread-safe. Takes memory for the pixels, and for a progressive JPEG for its coefficients (2 to 6 bytes a pixel).
Result<Decoded> Decode(std::span<const std::uint8_t> bytes, const Limits& limits);

}  // namespace removr::codec
