// A PNG file with other pixels: the new stream's IHDR, palette and IDATs among the original's other chunks, which are
// copied byte for byte, in their order.
#include <algorithm>
#include <array>
#include <string_view>

#include "engine/codec/png_chunks.h"
#include "engine/codec/png_fit.h"
#include "engine/codec/png_rows.h"
#include "engine/codec/previews.h"

namespace removr::codec {
namespace {

template <std::size_t N>
bool IsOneOf(std::string_view type, const std::array<std::string_view, N>& types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// Written in terms of the colour type and depth.
constexpr std::array<std::string_view, 3> kOfColorType = {"bKGD", "sBIT", "hIST"};
// Known to say nothing about single pixels, though by their names they are unsafe to copy (PNG, section 14.2). caBX is
// C2PA. What is unsafe and not among these is left out: Apple's iDOT holds offsets into the old pixels, and the further
// frames of an APNG (acTL, fcTL, fdAT) still show what was cleaned.
constexpr std::array<std::string_view, 14> kKnown = {"cHRM", "gAMA", "iCCP", "sRGB", "cICP", "mDCV", "cLLI",
                                                     "mDCv", "cLLi", "tIME", "sTER", "pCAL", "sCAL", "caBX"};

bool SafeToCopy(std::string_view type) { return (type[3] & 0x20) != 0; }

struct Splice {
  bool same_colors;  // colour type, depth and palette are the original's
  bool own_palette;  // the new stream brings PLTE, and tRNS if need be
  bool was_palette;
  bool keeps_transparent_color;

  bool Keeps(const PngChunk& chunk) const {
    if (chunk.Is("PLTE")) return !was_palette;
    if (chunk.Is("tRNS")) return keeps_transparent_color;
    if (IsOneOf(chunk.type, kOfColorType)) return same_colors;
    return SafeToCopy(chunk.type) || IsOneOf(chunk.type, kKnown) || chunk.Is("IEND");
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

bool SameColors(const PngHeader& header, const PngLayout& layout) {
  return layout.color_type == header.color_type && layout.bit_depth == header.bit_depth &&
         layout.palette.size() == header.palette.size();
}

// The original's IHDR and IDATs, with only the touched rows compressed anew.
Result<Bytes> PatchStream(ByteView original, const PngFit& fit, const image::Mask& mask) {
  Bytes stream(original.begin(), original.begin() + kPngSignatureBytes), packed;
  ByteView rest = original.subspan(kPngSignatureBytes);
  for (PngChunk chunk; NextChunk(rest, chunk) && !chunk.Is("IEND");) {
    if (chunk.Is("IHDR")) Append(stream, chunk.whole);
    if (chunk.Is("IDAT")) Append(packed, chunk.data);
  }
  ASSIGN_OR_RETURN(const Bytes patched, SpliceRows(packed, fit.pixels, mask));
  constexpr std::size_t kChunkBytes = 1 << 18;
  for (std::size_t at = 0; at < patched.size(); at += kChunkBytes) {
    const ByteView part = ByteView(patched).subspan(at, std::min(kChunkBytes, patched.size() - at));
    AppendPngChunk("IDAT", part, stream);
  }
  return stream;
}

Result<Bytes> MakeStream(ByteView original, const PngHeader& header, const PngFit& fit, const image::Mask& mask) {
  if (SameColors(header, fit.layout) && CanSpliceRows(fit.layout)) {
    Result<Bytes> patched = PatchStream(original, fit, mask);
    if (patched) return patched;  // else something odd that a decoder passes over, such as bytes behind the last row
  }
  return WritePng(fit.pixels, fit.layout);
}

}  // namespace

Result<Bytes> EncodePng(ByteView original, const image::Image& cleaned, const image::Mask& mask) {
  if (cleaned.model == image::ColorModel::kCmyk) return Fail(ErrorCode::kEngineFailure, "PNG has no CMYK");
  ASSIGN_OR_RETURN(const PngHeader header, ReadPngHeader(original));
  const PngFit fit = FitPng(header, cleaned);
  ASSIGN_OR_RETURN(const Bytes stream, MakeStream(original, header, fit, mask));
  const Splice splice{SameColors(header, fit.layout), fit.layout.color_type == PngColor::kPalette,
                      header.color_type == PngColor::kPalette, fit.keeps_transparent_color};

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
    } else if (chunk.Is("eXIf")) {
      Bytes exif(chunk.data.begin(), chunk.data.end());
      RenewThumbnail(exif, cleaned);
      AppendPngChunk("eXIf", exif, out);
    } else if (splice.Keeps(chunk)) {
      Append(out, chunk.whole);
    }
    if (chunk.Is("IEND")) break;
  }
  Append(out, rest);  // some programs append data of their own
  return out;
}

}  // namespace removr::codec
