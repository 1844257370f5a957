#include "engine/codec/mpf.h"

#include <algorithm>

#include "engine/codec/tiff.h"

namespace removr::codec {
namespace {

constexpr std::uint32_t kEntries = 0xB002;
constexpr std::size_t kSignature = 4, kEntryBytes = 16, kPicturesMax = 64;
constexpr std::uint32_t kTypeMask = 0xFFFFFF, kPreviewMask = 0xFF0000, kPreview = 0x010000;  // DC-007, 5.2.3.3.1

}  // namespace

std::vector<PlacedPicture> MoveMpf(std::span<std::uint8_t> segment, std::span<std::uint8_t> behind,
                                   std::ptrdiff_t growth, std::ptrdiff_t shift) {
  if (segment.size() < kSignature) return {};
  const Tiff index = Tiff::Open(segment.subspan(kSignature));
  const std::size_t list = index.FindEntry(index.U32(4), kEntries);
  if (list == 0) return {};
  const std::ptrdiff_t base = behind.data() - index.bytes.data();  // offsets count from the index's byte order mark
  const std::size_t first = index.U32(list + 8);
  const std::size_t count = std::min<std::size_t>(index.U32(list + 4) / kEntryBytes, kPicturesMax);
  std::vector<PlacedPicture> pictures;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = first + i * kEntryBytes;
    const std::uint32_t type = index.U32(at) & kTypeMask, size = index.U32(at + 4), offset = index.U32(at + 8);
    if (offset == 0) {  // the first picture, which holds the index
      index.SetU32(at + 4, static_cast<std::uint32_t>(size + growth));
      continue;
    }
    index.SetU32(at + 8, static_cast<std::uint32_t>(offset + shift));
    const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(offset) + shift - base;
    if (place < 0 || size > behind.size() || static_cast<std::size_t>(place) > behind.size() - size) continue;
    pictures.push_back({behind.subspan(static_cast<std::size_t>(place), size), (type & kPreviewMask) == kPreview});
  }
  return pictures;
}

}  // namespace removr::codec
