// The quality at which a lossy WebP was encoded, from its frame header.
#pragma once

#include "engine/codec/formats.h"

namespace removr::codec {

// libwebp's quality, 0 to 100, at which the `frame` (the data of a "VP8 " chunk) has its quantiser; other encoders'
// numbers mean something else, but the same pixels. 100 where the frame is damaged.
float EstimateWebpQuality(ByteView frame);

}  // namespace removr::codec
