// The Multi-Picture Format (CIPA DC-007): an index, in a segment of a JPEG file, of the JPEG files that follow it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace removr::codec {

struct PlacedPicture {
  std::span<std::uint8_t> bytes;
  bool is_preview = false;  // a "large thumbnail": the first image, smaller
};

// Makes the index in `segment` (of "MPF\0" and what follows) right for a file whose first picture is `growth` bytes
// longer than it was, so that what is `behind` it lies `shift` bytes further from the index; and gives the pictures
// that lie there. Both spans are of one file.
std::vector<PlacedPicture> MoveMpf(std::span<std::uint8_t> segment, std::span<std::uint8_t> behind,
                                   std::ptrdiff_t growth, std::ptrdiff_t shift);

}  // namespace removr::codec
