// A photograph in another format than its file's: the whole picture is encoded anew.
//
//   to     from more          loss                               kept where the format has room
//   JPEG   alpha over white   quality, 92 unless chosen          ICC, EXIF, XMP up to 64 KB each (ICC: any)
//   PNG    -                  none; 16 bits stay 16 bits         ICC, EXIF, XMP
//   WebP   16 bits become 8   none from PNG unless a quality     ICC, EXIF, XMP
//                             is chosen; else quality, 92
//
// CMYK becomes RGB without its profile, and a profile of another colour model than the result's goes. Pixels are turned
// upright, and EXIF's orientation says so, since viewers do not agree on turning PNG and WebP; EXIF's thumbnail goes.
#pragma once

#include <optional>

#include "base/limits.h"
#include "base/probe.h"
#include "engine/codec/formats.h"
#include "engine/codec/metadata.h"

namespace removr::codec {

// `image`: what Decode gave from `original`, or made of it. `quality`: 1 to 100. kTooManyPixels where a side is longer
// than the format allows (JPEG 65,500, WebP 16,383), kEngineFailure where the codec library refuses.
Result<Bytes> EncodeAs(Format target, ByteView original, const image::Image& image, std::optional<int> quality,
                       const Limits& limits);

// What EncodeAs is made of: an upright image that the format can hold, with metadata. WebP is lossless where no
// quality is given.
Result<Bytes> WriteJpeg(const image::Image& image, int quality, const Metadata& metadata);
Result<Bytes> WritePngFile(const image::Image& image, const Metadata& metadata);
Result<Bytes> WriteWebp(const image::Image& image, std::optional<int> quality, const Metadata& metadata);

}  // namespace removr::codec
