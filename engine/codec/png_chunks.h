// The chunks of a PNG file (PNG, third edition, section 5), found without decoding.
#pragma once

#include <string_view>

#include "engine/codec/formats.h"

namespace removr::codec {

inline constexpr std::size_t kPngSignatureBytes = 8;

struct PngChunk {
  std::string_view type;  // 4 letters
  ByteView data;
  ByteView whole;  // with length, type and CRC

  bool Is(std::string_view name) const { return type == name; }
};

// Takes the next chunk off the front of `rest`, which begins behind the signature. False where no whole chunk is left.
// CRCs are not looked at.
bool NextChunk(ByteView& rest, PngChunk& chunk);

// Appends a chunk with its CRC. At most 2^31 - 1 bytes.
void AppendPngChunk(std::string_view type, ByteView data, Bytes& out);

}  // namespace removr::codec
