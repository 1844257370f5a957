// What pixels need of EXIF: how a viewer turns them.
#pragma once

#include <cstdint>
#include <span>

namespace removr::codec {

// The orientation, 1 to 8, in the first directory of an EXIF block (TIFF 6.0; with or without the leading "Exif\0\0").
// 1 where there is none, or the block is damaged.
int ReadOrientation(std::span<const std::uint8_t> exif);

// Makes an EXIF block right for pixels that were turned upright and changed: its orientation, where it has one, becomes
// 1, and its thumbnail is unlinked.
void MakeUpright(std::span<std::uint8_t> exif);

}  // namespace removr::codec
