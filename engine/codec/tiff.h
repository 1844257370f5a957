// The numbers of a TIFF file (TIFF 6.0): what EXIF blocks and MPF's index are written in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace removr::codec {

// Reading outside of the file gives 0, writing there does nothing: hostile offsets need no checks of their own.
struct Tiff {
  std::span<std::uint8_t> bytes;  // from the byte order mark on; empty where there was none
  bool big_endian = false;

  // `block` without what may stand before it.
  static Tiff Open(std::span<std::uint8_t> block) {
    const auto begins = [&](const char* mark) {
      for (std::size_t i = 0; i < 4; ++i) {
        if (block[i] != static_cast<std::uint8_t>(mark[i])) return false;
      }
      return true;
    };
    if (block.size() < 8) return {};
    if (begins("MM\0*")) return {block, true};
    if (begins("II*\0")) return {block, false};
    return {};
  }

  std::uint32_t Byte(std::size_t at) const { return at < bytes.size() ? bytes[at] : 0; }
  std::uint32_t U16(std::size_t at) const {
    return big_endian ? Byte(at) << 8 | Byte(at + 1) : Byte(at + 1) << 8 | Byte(at);
  }
  std::uint32_t U32(std::size_t at) const {
    return big_endian ? U16(at) << 16 | U16(at + 2) : U16(at + 2) << 16 | U16(at);
  }
  void SetU16(std::size_t at, std::uint32_t value) const {
    for (std::size_t i = 0; i < 2; ++i) {
      const auto byte = static_cast<std::uint8_t>(value >> (big_endian ? 8 - 8 * i : 8 * i));
      if (at + i < bytes.size()) bytes[at + i] = byte;
    }
  }
  void SetU32(std::size_t at, std::uint32_t value) const {
    SetU16(at + (big_endian ? 0 : 2), value >> 16);
    SetU16(at + (big_endian ? 2 : 0), value & 0xFFFF);
  }

  // Where the directory's entry of this tag begins (tag, type, count, value: 2 + 2 + 4 + 4 bytes); 0: it has none.
  std::size_t FindEntry(std::size_t directory, std::uint32_t tag) const {
    const std::size_t count = U16(directory);  // at most 65535
    for (std::size_t i = 0; i < count; ++i) {
      if (U16(directory + 2 + i * 12) == tag) return directory + 2 + i * 12;
    }
    return 0;
  }
  // Where the offset of the directory that follows is.
  std::size_t Next(std::size_t directory) const { return directory + 2 + std::size_t{U16(directory)} * 12; }
  // Empty where it does not lie in the file.
  std::span<std::uint8_t> Part(std::size_t at, std::size_t size) const {
    return at < bytes.size() && size <= bytes.size() - at ? bytes.subspan(at, size) : std::span<std::uint8_t>();
  }
};

}  // namespace removr::codec
