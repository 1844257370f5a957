#include "engine/codec/parts.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/probe.h"
#include "engine/codec/formats.h"
#include "engine/codec/png_chunks.h"
#include "engine/codec/webp_chunks.h"

namespace removr::codec {
namespace {

constexpr std::string_view kBehind = "after the image";

bool Begins(ByteView bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

// How the segments of JPEG files that bear an application's data begin.
struct Signature {
  int app;
  std::string_view begins, name;
};
using namespace std::string_view_literals;
constexpr std::array kSignatures = {
    Signature{0, "JFIF\0"sv, "JFIF"},
    Signature{1, "Exif\0"sv, "EXIF"},
    Signature{1, "http://ns.adobe.com/xap/1.0/\0"sv, "XMP"},
    Signature{1, "http://ns.adobe.com/xmp/extension/\0"sv, "XMP extension"},
    Signature{2, "ICC_PROFILE\0"sv, "ICC profile"},
    Signature{2, "MPF\0"sv, "MPF"},
    Signature{11, "JP"sv, "JUMBF"},
    Signature{13, "Photoshop 3.0\0"sv, "IPTC"},
    Signature{14, "Adobe"sv, "Adobe"},
};

std::string AppName(int app, ByteView data) {
  std::string name = "APP" + std::to_string(app);
  for (const Signature& signature : kSignatures) {
    if (signature.app == app && Begins(data, signature.begins)) return name + " " + std::string(signature.name);
  }
  return name;
}

// ITU-T T.81, B.1.1.3.
bool IsFrame(int marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// From behind a scan's header to the next marker that is neither a restart nor a stuffed byte (B.1.1.5).
std::size_t SkipEntropyCoded(ByteView file, std::size_t at) {
  for (; at + 1 < file.size(); ++at) {
    const int next = file[at + 1];
    if (file[at] == 0xFF && next != 0 && !(next >= 0xD0 && next <= 0xD7)) return at;
  }
  return file.size();
}

// A segment's part, where it is one.
void AddSegment(int marker, ByteView data, std::vector<FilePart>& parts) {
  if (marker >= 0xE0 && marker <= 0xEF) parts.push_back({AppName(marker - 0xE0, data), data});
  if (marker == 0xFE) parts.push_back({"COM", data});
  if (marker == 0xDD) parts.push_back({"DRI", data});
  if (IsFrame(marker)) parts.push_back({"SOF" + std::to_string(marker - 0xC0), data});
  // The last three bytes: which coefficients. The rest of a scan's header also chooses among Huffman tables.
  if (marker == 0xDA && data.size() >= 3) parts.push_back({"scan", data.last(3)});
}

std::vector<FilePart> JpegParts(ByteView file) {
  std::vector<FilePart> parts;
  std::size_t at = 2;
  while (at + 1 < file.size() && file[at] == 0xFF) {
    const int marker = file[at + 1];
    if (marker == 0xFF) {  // a fill byte
      ++at;
    } else if (marker == 0xD9) {
      if (at + 2 < file.size()) parts.push_back({std::string(kBehind), file.subspan(at + 2)});
      return parts;
    } else if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {  // no segment
      at += 2;
    } else {
      if (at + 4 > file.size()) return parts;
      const std::size_t length = static_cast<std::size_t>(file[at + 2]) << 8 | file[at + 3];
      if (length < 2 || at + 2 + length > file.size()) return parts;
      AddSegment(marker, file.subspan(at + 4, length - 2), parts);
      at += 2 + length;
      if (marker == 0xDA) at = SkipEntropyCoded(file, at);
    }
  }
  return parts;
}

std::vector<FilePart> PngParts(ByteView file) {
  std::vector<FilePart> parts;
  ByteView rest = file.subspan(kPngSignatureBytes);
  for (PngChunk chunk; NextChunk(rest, chunk);) {
    if (chunk.Is("IEND")) {
      if (!rest.empty()) parts.push_back({std::string(kBehind), rest});
      break;
    }
    if (!chunk.Is("IDAT")) parts.push_back({std::string(chunk.type), chunk.data});
  }
  return parts;
}

std::vector<FilePart> WebpParts(ByteView file) {
  std::vector<FilePart> parts;
  ByteView rest = WebpBody(file);
  const std::uint8_t* const end = rest.data() + rest.size();
  for (WebpChunk chunk; NextChunk(rest, chunk);) {
    if (chunk.type != "VP8 " && chunk.type != "VP8L" && chunk.type != "ALPH")
      parts.push_back({std::string(chunk.type), chunk.data});
  }
  const auto body_end = static_cast<std::size_t>(end - file.data());
  if (body_end < file.size()) parts.push_back({std::string(kBehind), file.subspan(body_end)});
  return parts;
}

}  // namespace

std::vector<FilePart> ListParts(ByteView file) {
  const auto format = SniffFormat(file);
  if (!format) return {};
  switch (*format) {
    case Format::kJpeg: return JpegParts(file);
    case Format::kPng: return PngParts(file);
    case Format::kWebp: return file.size() < 12 ? std::vector<FilePart>() : WebpParts(file);
  }
  return {};
}

bool HasContentCredentials(ByteView file) {
  constexpr std::string_view kLabel = "c2pa";  // of the manifest store's JUMBF box
  const std::vector<FilePart> parts = ListParts(file);
  return std::any_of(parts.begin(), parts.end(), [&](const FilePart& part) {
    const bool jumbf = part.name == "APP11 JUMBF";
    return part.name == "caBX" || part.name == "C2PA" ||
           (jumbf &&
            std::search(part.bytes.begin(), part.bytes.end(), kLabel.begin(), kLabel.end()) != part.bytes.end());
  });
}

}  // namespace removr::codec
