// The RIFF chunks of a WebP file (RFC 9649, section 2.3), found without decoding.
#pragma once

#include <string_view>

#include "engine/codec/formats.h"

namespace removr::codec {

// kCorruptImage where the file is shorter than its RIFF header says.
Status CheckWebpIsWhole(ByteView bytes);

// The data of the first chunk named `type` (four characters); empty where there is none.
ByteView FindWebpChunk(ByteView bytes, std::string_view type);

}  // namespace removr::codec
