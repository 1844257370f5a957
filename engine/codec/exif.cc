#include "engine/codec/exif.h"

#include <algorithm>
#include <cstring>

#include "engine/codec/tiff.h"

namespace removr::codec {
namespace {

constexpr std::uint32_t kOrientation = 274, kShort = 3;
constexpr std::uint32_t kStrips = 273, kStripBytes = 279, kJpeg = 513, kJpegBytes = 514;
constexpr std::size_t kFirst = 4;  // where the first directory's offset is
constexpr std::size_t kValue = 8;  // in an entry

Tiff Open(std::span<std::uint8_t> exif) {
  const bool prefixed = exif.size() >= 6 && std::memcmp(exif.data(), "Exif\0", 5) == 0;
  return Tiff::Open(prefixed ? exif.subspan(6) : exif);
}

// Where the orientation is; 0 where it is not.
std::size_t FindOrientation(const Tiff& tiff) {
  const std::size_t entry = tiff.FindEntry(tiff.U32(kFirst), kOrientation);
  return entry != 0 && tiff.U16(entry + 2) == kShort ? entry + kValue : 0;
}

// The bytes that two entries of the thumbnail's directory, an offset and a size, speak of.
std::span<std::uint8_t> FindPart(const Tiff& tiff, std::uint32_t offset_tag, std::uint32_t size_tag) {
  const std::size_t directory = tiff.U32(tiff.Next(tiff.U32(kFirst)));
  if (directory == 0) return {};
  const std::size_t offset = tiff.FindEntry(directory, offset_tag), size = tiff.FindEntry(directory, size_tag);
  return offset == 0 || size == 0 ? std::span<std::uint8_t>()
                                  : tiff.Part(tiff.U32(offset + kValue), tiff.U32(size + kValue));
}

}  // namespace

int ReadOrientation(std::span<const std::uint8_t> exif) {
  const Tiff tiff = Open({const_cast<std::uint8_t*>(exif.data()), exif.size()});  // is only read
  const std::size_t at = FindOrientation(tiff);
  const std::uint32_t orientation = at == 0 ? 1 : tiff.U16(at);
  return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
}

std::span<std::uint8_t> FindThumbnail(std::span<std::uint8_t> exif) { return FindPart(Open(exif), kJpeg, kJpegBytes); }

void DropThumbnail(std::span<std::uint8_t> exif) {
  const Tiff tiff = Open(exif);
  if (tiff.bytes.empty()) return;
  for (const auto part : {FindPart(tiff, kJpeg, kJpegBytes), FindPart(tiff, kStrips, kStripBytes)}) {
    std::fill(part.begin(), part.end(), std::uint8_t{0});
  }
  tiff.SetU32(tiff.Next(tiff.U32(kFirst)), 0);
}

void MakeUpright(std::span<std::uint8_t> exif) {
  const Tiff tiff = Open(exif);
  if (const std::size_t at = FindOrientation(tiff); at != 0) tiff.SetU16(at, 1);
  DropThumbnail(exif);
}

}  // namespace removr::codec
