#include "base/probe.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace removr {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool Has(Bytes bytes, std::size_t offset, std::string_view text) {
  return bytes.size() >= offset + text.size() && std::memcmp(bytes.data() + offset, text.data(), text.size()) == 0;
}

int Big16(Bytes bytes, std::size_t at) { return bytes[at] << 8 | bytes[at + 1]; }
std::uint32_t Big32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(Big16(bytes, at)) << 16 | static_cast<std::uint32_t>(Big16(bytes, at + 2));
}
int Little24(Bytes bytes, std::size_t at) { return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16; }

auto Truncated(std::string_view what) { return Fail(ErrorCode::kCorruptImage, std::string(what) + " header is truncated"); }

// ITU-T T.81, B.2.2: walks the marker segments up to the first frame header.
Result<Probe> ProbeJpeg(Bytes bytes) {
  std::size_t at = 2;
  while (at + 4 <= bytes.size()) {
    if (bytes[at] != 0xFF) return Fail(ErrorCode::kCorruptImage, "JPEG marker expected");
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (marker == 0xD9 || marker == 0xDA) break;  // end of image or start of scan, without a frame
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {  // markers without a segment
      at += 2;
      continue;
    }
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) {
      if (at + 9 > bytes.size()) return Truncated("JPEG");
      return Probe{Format::kJpeg, Big16(bytes, at + 7), Big16(bytes, at + 5), false};
    }
    const int length = Big16(bytes, at + 2);
    if (length < 2) return Fail(ErrorCode::kCorruptImage, "JPEG segment length below 2");
    at += 2 + static_cast<std::size_t>(length);
  }
  return Fail(ErrorCode::kCorruptImage, "JPEG without a frame header");
}

Result<Probe> ProbePng(Bytes bytes) {
  if (bytes.size() < 24) return Truncated("PNG");
  if (!Has(bytes, 12, "IHDR")) return Fail(ErrorCode::kCorruptImage, "PNG without IHDR");
  const std::uint32_t width = Big32(bytes, 16), height = Big32(bytes, 20);
  if (width > 0x7FFFFFFF || height > 0x7FFFFFFF) return Fail(ErrorCode::kCorruptImage, "PNG size above 2^31 - 1");
  return Probe{Format::kPng, static_cast<int>(width), static_cast<int>(height), false};
}

// The first chunk is VP8X (extended), VP8L (lossless) or "VP8 " (lossy); RFC 9649, section 2.
Result<Probe> ProbeWebp(Bytes bytes) {
  if (bytes.size() < 30) return Truncated("WebP");
  if (Has(bytes, 12, "VP8X")) {
    return Probe{Format::kWebp, Little24(bytes, 24) + 1, Little24(bytes, 27) + 1, (bytes[20] & 0x02) != 0};
  }
  if (Has(bytes, 12, "VP8L")) {
    if (bytes[20] != 0x2F) return Fail(ErrorCode::kCorruptImage, "WebP lossless signature missing");
    const int width = (bytes[21] | (bytes[22] & 0x3F) << 8) + 1;
    const int height = (bytes[22] >> 6 | bytes[23] << 2 | (bytes[24] & 0x0F) << 10) + 1;
    return Probe{Format::kWebp, width, height, false};
  }
  if (Has(bytes, 12, "VP8 ")) {
    if (bytes[23] != 0x9D || bytes[24] != 0x01 || bytes[25] != 0x2A) {
      return Fail(ErrorCode::kCorruptImage, "WebP lossy start code missing");
    }
    return Probe{Format::kWebp, (bytes[26] | bytes[27] << 8) & 0x3FFF, (bytes[28] | bytes[29] << 8) & 0x3FFF, false};
  }
  return Fail(ErrorCode::kCorruptImage, "WebP with an unknown first chunk");
}

}  // namespace

std::string_view Name(Format format) {
  switch (format) {
    case Format::kJpeg: return "jpg";
    case Format::kPng: return "png";
    case Format::kWebp: return "webp";
  }
  return "";
}

std::string_view Extension(Format format) { return Name(format); }

std::string_view MediaType(Format format) {
  switch (format) {
    case Format::kJpeg: return "image/jpeg";
    case Format::kPng: return "image/png";
    case Format::kWebp: return "image/webp";
  }
  return "";
}

std::optional<Format> SniffFormat(Bytes bytes) {
  if (Has(bytes, 0, "\xFF\xD8\xFF")) return Format::kJpeg;
  if (Has(bytes, 0, "\x89PNG\r\n\x1A\n")) return Format::kPng;
  if (Has(bytes, 0, "RIFF") && Has(bytes, 8, "WEBP")) return Format::kWebp;
  return std::nullopt;
}

Result<Probe> ProbeImage(Bytes bytes) {
  const auto format = SniffFormat(bytes);
  if (!format) return Fail(ErrorCode::kUnsupportedFormat, "no known magic number");
  Result<Probe> probe = *format == Format::kJpeg ? ProbeJpeg(bytes) : *format == Format::kPng ? ProbePng(bytes) : ProbeWebp(bytes);
  if (probe && (probe->width <= 0 || probe->height <= 0)) return Fail(ErrorCode::kCorruptImage, "image of zero size");
  return probe;
}

}  // namespace removr
