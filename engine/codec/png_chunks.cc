#include "engine/codec/png_chunks.h"

#include <zlib.h>

namespace removr::codec {
namespace {

void AppendBig32(std::size_t value, Bytes& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

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

void AppendPngChunk(std::string_view type, ByteView data, Bytes& out) {
  AppendBig32(data.size(), out);
  const std::size_t type_at = out.size();
  out.insert(out.end(), type.begin(), type.end());
  out.insert(out.end(), data.begin(), data.end());
  AppendBig32(crc32_z(crc32(0, nullptr, 0), out.data() + type_at, out.size() - type_at), out);
}

}  // namespace removr::codec
