// The copies in small, and the companions of the same view, that a file carries beside its image: they still show what
// was taken off it. Each is made anew in the place of the old one, not a byte longer, so that no offset in a maker's
// own notes goes wrong; where that cannot be, it is dropped: unlinked where there is a link, its bytes 0.
//
// Known: EXIF's thumbnail, Photoshop's (resources 1033 and 1036), and the pictures of the Multi-Picture Format (CIPA
// DC-007) behind a JPEG: previews, and what has the image's aspect ratio, such as a gain map. Not known: previews in
// makers' notes and in XMP.
#pragma once

#include "engine/codec/formats.h"

namespace removr::codec {

// In an EXIF block, with or without "Exif\0\0". `cleaned`: the image after the change, as stored.
void RenewThumbnail(std::span<std::uint8_t> exif, const image::Image& cleaned);

// In a JPEG file that PatchJpeg made of `original`: in its EXIF and Photoshop segments, and in the pictures behind it.
// MPF's index is made right for where these now are. `mask`: where the image changed.
void RenewPreviews(std::span<std::uint8_t> patched, ByteView original, const image::Image& cleaned,
                   const image::Mask& mask);

}  // namespace removr::codec
