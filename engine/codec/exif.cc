#include "engine/codec/exif.h"

#include <cstddef>
#include <cstring>

namespace removr::codec {
namespace {

// Numbers of a TIFF file, in its byte order. Outside the file everything is 0.
struct Tiff {
  std::span<const std::uint8_t> bytes;
  bool big_endian = false;

  std::uint32_t Byte(std::size_t at) const { return at < bytes.size() ? bytes[at] : 0; }
  std::uint32_t U16(std::size_t at) const {
    return big_endian ? Byte(at) << 8 | Byte(at + 1) : Byte(at + 1) << 8 | Byte(at);
  }
  std::uint32_t U32(std::size_t at) const {
    return big_endian ? U16(at) << 16 | U16(at + 2) : U16(at + 2) << 16 | U16(at);
  }
};

constexpr std::uint32_t kOrientationTag = 274, kShort = 3;
constexpr std::size_t kEntryBytes = 12;

// The block without the leading "Exif\0\0"; empty where it is no TIFF file.
Tiff Open(std::span<const std::uint8_t> exif) {
  if (exif.size() >= 6 && std::memcmp(exif.data(), "Exif\0", 5) == 0) exif = exif.subspan(6);
  if (exif.size() < 8) return {};
  if (std::memcmp(exif.data(), "MM\0*", 4) == 0) return {exif, true};
  if (std::memcmp(exif.data(), "II*\0", 4) == 0) return {exif, false};
  return {};
}

// Where the orientation's entry begins in the first directory; 0 where there is none.
std::size_t FindOrientation(const Tiff& tiff) {
  const std::size_t directory = tiff.U32(4);
  const std::size_t entry_count = tiff.U16(directory);  // at most 65535
  for (std::size_t i = 0; i < entry_count; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (tiff.U16(entry) == kOrientationTag && tiff.U16(entry + 2) == kShort) return entry;
  }
  return 0;
}

}  // namespace

int ReadOrientation(std::span<const std::uint8_t> exif) {
  const Tiff tiff = Open(exif);
  const std::size_t entry = FindOrientation(tiff);
  if (entry == 0) return 1;
  const std::uint32_t orientation = tiff.U16(entry + 8);
  return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
}

void MakeUpright(std::span<std::uint8_t> exif) {
  const Tiff tiff = Open(exif);
  if (tiff.bytes.empty()) return;
  const std::span<std::uint8_t> bytes = exif.last(tiff.bytes.size());
  const auto set = [&](std::size_t at, std::uint8_t value) {
    if (at < bytes.size()) bytes[at] = value;
  };
  if (const std::size_t entry = FindOrientation(tiff); entry != 0) {
    set(entry + 8, tiff.big_endian ? 0 : 1);
    set(entry + 9, tiff.big_endian ? 1 : 0);
  }
  // Behind the first directory's entries: where the next one, the thumbnail's, begins.
  const std::size_t directory = tiff.U32(4), next = directory + 2 + tiff.U16(directory) * kEntryBytes;
  for (std::size_t i = 0; i < 4; ++i) set(next + i, 0);
}

}  // namespace removr::codec
