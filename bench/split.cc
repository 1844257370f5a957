#include "bench/split.h"

namespace removr::bench {

std::uint32_t Crc32(std::string_view bytes) {
  std::uint32_t crc = ~0u;
  for (const unsigned char byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

bool IsHoldOut(std::string_view path) { return Crc32(path.substr(path.rfind('/') + 1)) % 10 == 0; }

}  // namespace removr::bench
