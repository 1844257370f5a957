#include <webp/decode.h>
#include <webp/encode.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <string_view>

#include "engine/codec/formats.h"
#include "engine/codec/webp_chunks.h"
#include "engine/codec/webp_quality.h"

namespace removr::codec {
namespace {

constexpr int kLossless = 2;  // of WebPBitstreamFeatures::format

// A lossy file is encoded a second time as a whole, so the quality is one at which that can't be seen, and never below
// the first time's.
constexpr float kLossyQuality = 92;

struct Picture {
  WebPPicture picture;
  WebPMemoryWriter memory;
  Picture() {
    WebPMemoryWriterInit(&memory);
    valid = WebPPictureInit(&picture) != 0;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &memory;
  }
  ~Picture() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&memory);
  }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;
  bool valid = false;
};

// libwebp's presets 0 to 9. A step costs about 60 % more time and gains 1 to 5 % of size; a megapixel takes 0.1 s at 0.
int LosslessPreset(const cv::Mat& pixels) {
  const std::size_t megapixels = pixels.total() / 1'000'000;
  return megapixels < 4 ? 3 : megapixels < 12 ? 1 : 0;
}

Result<WebPConfig> ConfigFor(bool lossless, ByteView original, const cv::Mat& pixels) {
  WebPConfig config;
  if (!WebPConfigInit(&config)) return Fail(ErrorCode::kEngineFailure, "WebP: another library version");
  if (lossless) {
    WebPConfigLosslessPreset(&config, LosslessPreset(pixels));
  } else {
    config.quality = std::max(kLossyQuality, EstimateWebpQuality(FindWebpChunk(original, "VP8 ")));
  }
  config.exact = 1;  // colours stay under full transparency as well
  config.alpha_quality = 100;
  return config;
}

bool IsImage(std::string_view type) { return type == "ALPH" || type == "VP8 " || type == "VP8L"; }

// An opaque image may have an alpha channel all the same, of which an encoder tells nothing: a lossless stream has a
// flag for it in its header (RFC 9649, section 3.4), a lossy one needs the extended header's.
void AppendImage(ByteView stream, bool has_alpha, Bytes& chunks) {
  constexpr std::size_t kFlagByte = 4;
  constexpr std::uint8_t kAlphaIsUsed = 0x10;
  ByteView rest = WebpBody(stream);
  for (WebpChunk chunk; NextChunk(rest, chunk);) {
    if (!IsImage(chunk.type)) continue;
    const std::size_t at = chunks.size() + kWebpChunkHeaderBytes;
    AppendWebpChunk(chunk.type, chunk.data, chunks);
    if (chunk.type == "VP8L" && has_alpha && chunk.data.size() > kFlagByte) chunks[at + kFlagByte] |= kAlphaIsUsed;
  }
}

// The extended header (RFC 9649, section 2.7): flags, 3 bytes reserved, width - 1 and height - 1 in 3 bytes each.
void AppendExtendedHeader(std::uint8_t flags, const image::Image& image, Bytes& chunks) {
  const auto byte = [](int value, int shift) { return static_cast<std::uint8_t>(value >> shift); };
  const int w = image.width() - 1, h = image.height() - 1;
  const std::uint8_t data[10] = {flags,      0,           0,          0,          byte(w, 0),
                                 byte(w, 8), byte(w, 16), byte(h, 0), byte(h, 8), byte(h, 16)};
  AppendWebpChunk("VP8X", data, chunks);
}

// The original's chunks with the image of `stream` in the place of its own.
Bytes Replace(ByteView original, ByteView stream, const image::Image& image) {
  constexpr std::uint8_t kAlphaFlag = 0x10, kMetadataFlags = 0x2C;  // ICCP, EXIF and XMP
  Bytes chunks;
  const ByteView extended = FindWebpChunk(original, "VP8X");
  if (!extended.empty() || (image.has_alpha && FindWebpChunk(stream, "VP8L").empty())) {
    const int metadata = extended.empty() ? 0 : extended[0] & kMetadataFlags;
    AppendExtendedHeader(static_cast<std::uint8_t>(metadata | (image.has_alpha ? kAlphaFlag : 0)), image, chunks);
  }
  bool image_written = false;
  ByteView rest = WebpBody(original);
  for (WebpChunk chunk; NextChunk(rest, chunk);) {
    if (IsImage(chunk.type)) {
      if (!image_written) AppendImage(stream, image.has_alpha, chunks);
      image_written = true;
    } else if (chunk.type != "VP8X") {
      AppendWebpChunk(chunk.type, chunk.data, chunks);
    }
  }
  return WebpFile(chunks);
}

}  // namespace

Result<Bytes> EncodeWebp(ByteView original, const image::Image& cleaned) {
  const int type = cleaned.pixels.type();
  if (cleaned.model != image::ColorModel::kRgb || type != (cleaned.has_alpha ? CV_8UC4 : CV_8UC3)) {
    return Fail(ErrorCode::kEngineFailure, "WebP holds 8-bit RGB or RGBA");
  }
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(original.data(), original.size(), &features) != VP8_STATUS_OK) {
    return Fail(ErrorCode::kCorruptImage, "WebP: damaged header");
  }
  const bool lossless = features.format == kLossless;
  ASSIGN_OR_RETURN(const WebPConfig config, ConfigFor(lossless, original, cleaned.pixels));
  Picture target;
  if (!target.valid) return Fail(ErrorCode::kEngineFailure, "WebP: another library version");
  WebPPicture& picture = target.picture;
  picture.use_argb = lossless;
  picture.width = cleaned.width();
  picture.height = cleaned.height();
  const auto import = cleaned.has_alpha ? WebPPictureImportRGBA : WebPPictureImportRGB;
  if (!import(&picture, cleaned.pixels.data, static_cast<int>(cleaned.pixels.step)) || !WebPEncode(&config, &picture)) {
    return Fail(ErrorCode::kEngineFailure, "WebP: error " + std::to_string(picture.error_code));
  }
  return Replace(original, {target.memory.mem, target.memory.size}, cleaned);
}

}  // namespace removr::codec
