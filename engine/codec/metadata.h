// What a file says about its pixels and their maker, free of the format that it lies in.
#pragma once

#include "engine/codec/formats.h"

namespace removr::codec {

// Each empty where the file has none, or a damaged one.
struct Metadata {
  Bytes icc;   // the colour profile
  Bytes exif;  // a TIFF block, without "Exif\0\0" before it
  Bytes xmp;   // the main packet; JPEG's extended ones are not among it
};

// Of a JPEG, PNG or WebP file. What is compressed is inflated up to limits.metadata_max_bytes.
Metadata ReadMetadata(ByteView file, const Limits& limits);

// `data` between zlib's header and checksum (RFC 1950).
Bytes Deflate(ByteView data);

}  // namespace removr::codec
