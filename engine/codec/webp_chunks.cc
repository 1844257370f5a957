#include "engine/codec/webp_chunks.h"

#include <algorithm>

namespace removr::codec {
namespace {

constexpr std::size_t kFileHeaderBytes = 12;

std::size_t Little32(ByteView bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at]) | static_cast<std::size_t>(bytes[at + 1]) << 8 |
         static_cast<std::size_t>(bytes[at + 2]) << 16 | static_cast<std::size_t>(bytes[at + 3]) << 24;
}

void AppendLittle32(std::size_t value, Bytes& out) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

ByteView WebpBody(ByteView bytes) {
  if (bytes.size() < kFileHeaderBytes) return {};
  const std::size_t end = std::clamp(Little32(bytes, 4) + 8, kFileHeaderBytes, bytes.size());
  return bytes.subspan(kFileHeaderBytes, end - kFileHeaderBytes);
}

bool NextChunk(ByteView& rest, WebpChunk& chunk) {
  if (rest.size() < kWebpChunkHeaderBytes) return false;
  const std::size_t length = Little32(rest, 4);
  if (length > rest.size() - kWebpChunkHeaderBytes) return false;
  chunk.type = {reinterpret_cast<const char*>(rest.data()), 4};
  chunk.data = rest.subspan(kWebpChunkHeaderBytes, length);
  const std::size_t padded = length + length % 2;  // chunks begin at even places
  rest = rest.subspan(std::min(kWebpChunkHeaderBytes + padded, rest.size()));
  return true;
}

Status CheckWebpIsWhole(ByteView bytes) {
  if (bytes.size() < kFileHeaderBytes || Little32(bytes, 4) + 8 > bytes.size()) {
    return Fail(ErrorCode::kCorruptImage, "WebP: the file ends early");
  }
  return {};
}

ByteView FindWebpChunk(ByteView bytes, std::string_view type) {
  ByteView rest = WebpBody(bytes);
  for (WebpChunk chunk; NextChunk(rest, chunk);) {
    if (chunk.type == type) return chunk.data;
  }
  return {};
}

void AppendWebpChunk(std::string_view type, ByteView data, Bytes& chunks) {
  chunks.insert(chunks.end(), type.begin(), type.end());
  AppendLittle32(data.size(), chunks);
  chunks.insert(chunks.end(), data.begin(), data.end());
  if (data.size() % 2 != 0) chunks.push_back(0);
}

Bytes WebpFile(ByteView chunks) {
  Bytes file = {'R', 'I', 'F', 'F'};
  AppendLittle32(chunks.size() + 4, file);
  file.insert(file.end(), {'W', 'E', 'B', 'P'});
  file.insert(file.end(), chunks.begin(), chunks.end());
  return file;
}

}  // namespace removr::codec
