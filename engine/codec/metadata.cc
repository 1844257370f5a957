#include "engine/codec/metadata.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "engine/codec/parts.h"

namespace removr::codec {
namespace {

// What stands before the data in JPEG segments; ICC's has the part's number and their count behind it (ICC.1, B.4).
constexpr std::size_t kExifPrefix = 6, kXmpPrefix = 29, kIccPrefix = 14, kIccNumber = 12;

Bytes Behind(ByteView bytes, std::size_t prefix) {
  return bytes.size() < prefix ? Bytes() : Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(prefix), bytes.end());
}

// Empty where `packed` is damaged or larger than `max_bytes` unpacked.
Bytes Inflate(ByteView packed, std::int64_t max_bytes) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return {};
  stream.next_in = const_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  Bytes out;
  int status = Z_OK;
  while (status == Z_OK && static_cast<std::int64_t>(out.size()) <= max_bytes) {
    std::array<std::uint8_t, 1 << 14> piece;
    stream.next_out = piece.data();
    stream.avail_out = piece.size();
    status = inflate(&stream, Z_NO_FLUSH);
    out.insert(out.end(), piece.begin(), piece.end() - stream.avail_out);
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END && static_cast<std::int64_t>(out.size()) <= max_bytes ? out : Bytes();
}

// PNG, section 11.3.3.3: a name, 0, the method (0), the packed profile.
Bytes PngProfile(ByteView chunk, const Limits& limits) {
  const auto zero = std::find(chunk.begin(), chunk.end(), 0);
  if (chunk.end() - zero < 2) return {};
  return Inflate(chunk.subspan(static_cast<std::size_t>(zero - chunk.begin()) + 2), limits.metadata_max_bytes);
}

// PNG, section 11.3.4.5, iTXt: keyword, 0, whether packed, method, language, 0, translated keyword, 0, the text.
Bytes PngXmp(ByteView chunk, const Limits& limits) {
  constexpr std::string_view kKeyword{"XML:com.adobe.xmp\0", 18};
  if (chunk.size() < kKeyword.size() + 2 || !std::equal(kKeyword.begin(), kKeyword.end(), chunk.begin())) return {};
  const bool packed = chunk[kKeyword.size()] != 0;
  ByteView rest = chunk.subspan(kKeyword.size() + 2);
  for (int field = 0; field < 2; ++field) {
    const auto zero = std::find(rest.begin(), rest.end(), 0);
    if (zero == rest.end()) return {};
    rest = rest.subspan(static_cast<std::size_t>(zero - rest.begin()) + 1);
  }
  return packed ? Inflate(rest, limits.metadata_max_bytes) : Bytes(rest.begin(), rest.end());
}

}  // namespace

Metadata ReadMetadata(ByteView file, const Limits& limits) {
  Metadata found;
  std::map<int, ByteView> icc_parts;  // JPEG's, by number
  for (const FilePart& part : ListParts(file)) {
    const ByteView bytes = part.bytes;
    if (part.name == "APP1 EXIF" && found.exif.empty()) found.exif = Behind(bytes, kExifPrefix);
    if (part.name == "APP1 XMP" && found.xmp.empty()) found.xmp = Behind(bytes, kXmpPrefix);
    if (part.name == "APP2 ICC profile" && bytes.size() > kIccPrefix)
      icc_parts.emplace(bytes[kIccNumber], bytes.subspan(kIccPrefix));
    if (part.name == "iCCP") found.icc = PngProfile(bytes, limits);
    if (part.name == "eXIf") found.exif = Behind(bytes, 0);
    if (part.name == "iTXt" && found.xmp.empty()) found.xmp = PngXmp(bytes, limits);
    if (part.name == "ICCP") found.icc = Behind(bytes, 0);
    if (part.name == "EXIF") found.exif = Behind(bytes, 0);
    if (part.name == "XMP ") found.xmp = Behind(bytes, 0);
  }
  for (const auto& [number, bytes] : icc_parts) found.icc.insert(found.icc.end(), bytes.begin(), bytes.end());
  // Some WebP writers keep JPEG's prefix.
  constexpr std::string_view kExif{"Exif\0\0", 6};
  if (found.exif.size() > 6 && std::equal(kExif.begin(), kExif.end(), found.exif.begin()))
    found.exif.erase(found.exif.begin(), found.exif.begin() + 6);
  return found;
}

Bytes Deflate(ByteView data) {
  uLongf size = compressBound(data.size());
  Bytes packed(size);
  compress2(packed.data(), &size, data.data(), data.size(), Z_DEFAULT_COMPRESSION);  // fails only for want of room
  packed.resize(size);
  return packed;
}

}  // namespace removr::codec
