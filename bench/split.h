// Which photographs, fonts and icons training never sees. The rule is training/synth/split.py's, repeated: CRC-32
// (zlib's and PNG's) of the base file name, extension included, divisible by 10.
#pragma once

#include <cstdint>
#include <string_view>

namespace removr::bench {

std::uint32_t Crc32(std::string_view bytes);

// `path` may have folders; only what follows the last '/' counts.
bool IsHoldOut(std::string_view path);

}  // namespace removr::bench
