// What pixels need of EXIF: how a viewer turns them, and the thumbnail that shows them in small.
#pragma once

#include <cstdint>
#include <span>

namespace removr::codec {

// The orientation, 1 to 8, in the first directory of an EXIF block (TIFF 6.0; with or without the leading "Exif\0\0").
// 1 where there is none, or the block is damaged.
int ReadOrientation(std::span<const std::uint8_t> exif);

// Where the block's thumbnail lies, a JPEG file (EXIF 2.32, 4.5.5); empty where it has none, or none of that kind.
std::span<std::uint8_t> FindThumbnail(std::span<std::uint8_t> exif);

// Takes the thumbnail out: its directory is unlinked, its bytes become 0. The block stays as long as it is.
void DropThumbnail(std::span<std::uint8_t> exif);

// Makes an EXIF block right for pixels that were turned upright and changed: its orientation, where it has one, becomes
// 1, and its thumbnail goes.
void MakeUpright(std::span<std::uint8_t> exif);

}  // namespace removr::codec
