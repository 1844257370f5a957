// Pixels and metadata to a PNG file.
#include <string_view>

#include "engine/codec/convert.h"
#include "engine/codec/png_chunks.h"
#include "engine/codec/png_write.h"

namespace removr::codec {
namespace {

PngLayout LayoutOf(const image::Image& image) {
  const bool gray = image.model == image::ColorModel::kGray;
  PngLayout layout;
  layout.color_type = gray ? (image.has_alpha ? PngColor::kGrayAlpha : PngColor::kGray)
                           : (image.has_alpha ? PngColor::kRgba : PngColor::kRgb);
  layout.bit_depth = image.pixels.depth() == CV_16U ? 16 : 8;
  return layout;
}

Bytes Joined(std::string_view prefix, ByteView data) {
  Bytes bytes(prefix.begin(), prefix.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

}  // namespace

Result<Bytes> WritePngFile(const image::Image& image, const Metadata& metadata) {
  if (image.model == image::ColorModel::kCmyk) return Fail(ErrorCode::kEngineFailure, "PNG has no CMYK");
  ASSIGN_OR_RETURN(const Bytes stream, WritePng(image.pixels, LayoutOf(image)));
  constexpr std::size_t kHeaderEnd = kPngSignatureBytes + 25;  // behind IHDR
  Bytes file(stream.begin(), stream.begin() + kHeaderEnd);
  file.reserve(stream.size() + metadata.icc.size() + metadata.exif.size() + metadata.xmp.size() + 256);
  if (!metadata.icc.empty()) AppendPngChunk("iCCP", Joined({"ICC profile\0\0", 13}, Deflate(metadata.icc)), file);
  if (!metadata.exif.empty()) AppendPngChunk("eXIf", metadata.exif, file);
  // Keyword, then not packed, no language, no translation (PNG, section 11.3.4.5).
  if (!metadata.xmp.empty()) AppendPngChunk("iTXt", Joined({"XML:com.adobe.xmp\0\0\0\0\0", 22}, metadata.xmp), file);
  file.insert(file.end(), stream.begin() + kHeaderEnd, stream.end());
  return file;
}

}  // namespace removr::codec
