// A mask as run lengths, as COCO's uncompressed RLE has them: counts of pixels down the columns, from left to right,
// by turns outside and inside the mask, beginning outside (so the first count may be 0). Their sum is H x W.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/image/image.h"

namespace removr::receipt {

std::vector<std::uint32_t> RunLengths(const image::Mask& mask);

}  // namespace removr::receipt
