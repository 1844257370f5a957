// The RIFF chunks of a WebP file (RFC 9649, section 2.3), found without decoding.
#pragma once

#include <string_view>

#include "engine/codec/formats.h"

namespace removr::codec {

inline constexpr std::size_t kWebpChunkHeaderBytes = 8;

struct WebpChunk {
  std::string_view type;  // 4 characters
  ByteView data;
};

// The chunks of a file: without the RIFF header, cut where that says the file ends.
ByteView WebpBody(ByteView bytes);

// Takes the next chunk off the front of `rest`. False where no whole chunk is left.
bool NextChunk(ByteView& rest, WebpChunk& chunk);

// kCorruptImage where the file is shorter than its RIFF header says.
Status CheckWebpIsWhole(ByteView bytes);

// The data of the first chunk named `type`; empty where there is none.
ByteView FindWebpChunk(ByteView bytes, std::string_view type);

// A file of `chunks`, which AppendWebpChunk made.
Bytes WebpFile(ByteView chunks);
void AppendWebpChunk(std::string_view type, ByteView data, Bytes& chunks);

}  // namespace removr::codec
