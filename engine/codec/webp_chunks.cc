#include "engine/codec/webp_chunks.h"

#include <cstring>

namespace removr::codec {
namespace {

constexpr std::size_t kFileHeaderBytes = 12, kChunkHeaderBytes = 8;

std::size_t Little32(ByteView bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at]) | static_cast<std::size_t>(bytes[at + 1]) << 8 |
         static_cast<std::size_t>(bytes[at + 2]) << 16 | static_cast<std::size_t>(bytes[at + 3]) << 24;
}

}  // namespace

Status CheckWebpIsWhole(ByteView bytes) {
  if (bytes.size() < kFileHeaderBytes || Little32(bytes, 4) + 8 > bytes.size()) {
    return Fail(ErrorCode::kCorruptImage, "WebP: the file ends early");
  }
  return {};
}

ByteView FindWebpChunk(ByteView bytes, std::string_view type) {
  std::size_t at = kFileHeaderBytes;
  while (at + kChunkHeaderBytes <= bytes.size()) {
    const std::size_t length = Little32(bytes, at + 4);
    const ByteView rest = bytes.subspan(at + kChunkHeaderBytes);
    if (length > rest.size()) break;
    if (std::memcmp(bytes.data() + at, type.data(), 4) == 0) return rest.subspan(0, length);
    at += kChunkHeaderBytes + length + length % 2;  // chunks begin at even places
  }
  return {};
}

}  // namespace removr::codec
