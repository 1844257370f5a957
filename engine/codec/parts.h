// What a file holds beside its pixels, part by part and byte for byte: for comparing two files, not for decoding one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace removr::codec {

struct FilePart {
  std::string name;                     // "APP1 EXIF", "iCCP", "XMP", "after the image"
  std::span<const std::uint8_t> bytes;  // of the file; lives as long as that
};

// The parts in the file's order:
//   JPEG   all APPn and COM segments, the frame header (size, components, sampling), restart interval, and for each
//          scan which components and coefficients it brings; not the Huffman and quantisation tables
//   PNG    all chunks but IDAT
//   WebP   all chunks but the image's own
// and what follows behind the image. Of a damaged or unknown file, the parts before the damage.
std::vector<FilePart> ListParts(std::span<const std::uint8_t> file);

// Whether the file carries a C2PA manifest (C2PA 2.1, A.3): signed statements about its pixels.
bool HasContentCredentials(std::span<const std::uint8_t> file);

}  // namespace removr::codec
