#include "engine/codec/png_chunks.h"

namespace removr::codec {

bool NextChunk(ByteView& rest, PngChunk& chunk) {
  constexpr std::size_t kFrameBytes = 12;  // length, type and CRC, 4 each
  if (rest.size() < kFrameBytes) return false;
  const std::size_t length = static_cast<std::size_t>(rest[0]) << 24 | static_cast<std::size_t>(rest[1]) << 16 |
                             static_cast<std::size_t>(rest[2]) << 8 | rest[3];
  if (length > rest.size() - kFrameBytes) return false;
  chunk.type = {reinterpret_cast<const char*>(rest.data()) + 4, 4};
  chunk.data = rest.subspan(8, length);
  chunk.whole = rest.subspan(0, length + kFrameBytes);
  rest = rest.subspan(length + kFrameBytes);
  return true;
}

}  // namespace removr::codec
