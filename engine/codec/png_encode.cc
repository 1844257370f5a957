// A PNG file with other pixels: the new stream's IHDR, palette and IDATs among the original's other chunks, which are
// copied byte for byte, in their order.
#include <algorithm>
#include <array>
#include <string_view>

#include "engine/codec/png_chunks.h"
#include "engine/codec/png_fit.h"

namespace removr::codec {
namespace {

template <std::size_t N>
bool IsOneOf(std::string_view type, const std::array<std::string_view, N>& types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// The further frames of an APNG would still show what was cleaned.
constexpr std::array<std::string_view, 3> kAnimation = {"acTL", "fcTL", "fdAT"};
// Written in terms of the colour type and depth.
constexpr std::array<std::string_view, 3> kOfColorType = {"bKGD", "sBIT", "hIST"};
// Known to say nothing about single pixels, though by their names they are unsafe to copy (PNG, section 14.2). caBX is
// C2PA.
constexpr std::array<std::string_view, 10> kKnown = {"cHRM", "gAMA", "iCCP", "sRGB", "cICP",
                                                     "mDCV", "cLLI", "mDCv", "cLLi", "tIME"};

bool SafeToCopy(std::string_view type) { return (type[3] & 0x20) != 0; }

struct Splice {
  bool same_colors;  // colour type, depth and palette are the original's
  bool own_palette;  // the new stream brings PLTE, and tRNS if need be
  bool was_palette;
  bool keeps_transparent_color;

  bool Keeps(const PngChunk& chunk) const {
    if (chunk.Is("PLTE")) return !was_palette;
    if (chunk.Is("tRNS")) return keeps_transparent_color;
    if (IsOneOf(chunk.type, kAnimation)) return false;
    if (IsOneOf(chunk.type, kOfColorType)) return same_colors;
    return SafeToCopy(chunk.type) || IsOneOf(chunk.type, kKnown) || chunk.Is("caBX") || chunk.Is("IEND");
  }
};

void Append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

// Appends the chunks of `stream` whose type is one of `types`.
template <std::size_t N>
void AppendFrom(ByteView stream, const std::array<std::string_view, N>& types, Bytes& out) {
  ByteView rest = stream.subspan(kPngSignatureBytes);
  for (PngChunk chunk; NextChunk(rest, chunk);) {
    if (IsOneOf(chunk.type, types)) Append(out, chunk.whole);
  }
}

}  // namespace

Result<Bytes> EncodePng(ByteView original, const image::Image& cleaned) {
  if (cleaned.model == image::ColorModel::kCmyk) return Fail(ErrorCode::kEngineFailure, "PNG has no CMYK");
  ASSIGN_OR_RETURN(const PngHeader header, ReadPngHeader(original));
  const PngFit fit = FitPng(header, cleaned);
  ASSIGN_OR_RETURN(const Bytes stream, WritePng(fit.pixels, fit.layout));

  Splice splice{};
  splice.was_palette = header.color_type == PngColor::kPalette;
  splice.own_palette = fit.layout.color_type == PngColor::kPalette;
  splice.keeps_transparent_color = fit.keeps_transparent_color;
  splice.same_colors = fit.layout.color_type == header.color_type && fit.layout.bit_depth == header.bit_depth &&
                       fit.layout.palette.size() == header.palette.size();

  Bytes out(original.begin(), original.begin() + kPngSignatureBytes);
  out.reserve(stream.size() + 65536);
  bool pixels_written = false;
  ByteView rest = original.subspan(kPngSignatureBytes);
  for (PngChunk chunk; NextChunk(rest, chunk);) {
    if (chunk.Is("IHDR")) {
      AppendFrom(stream, std::array<std::string_view, 1>{"IHDR"}, out);
    } else if (chunk.Is("PLTE") && splice.own_palette) {
      AppendFrom(stream, std::array<std::string_view, 2>{"PLTE", "tRNS"}, out);
    } else if (chunk.Is("IDAT")) {
      if (!pixels_written) AppendFrom(stream, std::array<std::string_view, 1>{"IDAT"}, out);
      pixels_written = true;
    } else if (splice.Keeps(chunk)) {
      Append(out, chunk.whole);
    }
    if (chunk.Is("IEND")) break;
  }
  Append(out, rest);  // some programs append data of their own
  return out;
}

}  // namespace removr::codec
