#include <webp/decode.h>
#include <webp/encode.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <optional>
#include <string_view>

#include "engine/codec/convert.h"
#include "engine/codec/formats.h"
#include "engine/codec/previews.h"
#include "engine/codec/webp_chunks.h"
#include "engine/codec/webp_quality.h"

namespace removr::codec {
namespace {

constexpr int kLossless = 2;               // of WebPBitstreamFeatures::format
constexpr std::uint8_t kAlphaFlag = 0x10;  // of the extended header

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

// `quality`: nullopt means without loss.
Result<WebPConfig> ConfigFor(std::optional<float> quality, const cv::Mat& pixels) {
  WebPConfig config;
  if (!WebPConfigInit(&config)) return Fail(ErrorCode::kEngineFailure, "WebP: another library version");
  if (quality) {
    config.quality = *quality;
  } else {
    WebPConfigLosslessPreset(&config, LosslessPreset(pixels));
  }
  config.exact = 1;  // colours stay under full transparency as well
  config.alpha_quality = 100;
  return config;
}

// A file with the image alone.
Result<Bytes> Compress(const image::Image& image, std::optional<float> quality) {
  const int type = image.pixels.type();
  if (image.model != image::ColorModel::kRgb || type != (image.has_alpha ? CV_8UC4 : CV_8UC3)) {
    return Fail(ErrorCode::kEngineFailure, "WebP holds 8-bit RGB or RGBA");
  }
  ASSIGN_OR_RETURN(const WebPConfig config, ConfigFor(quality, image.pixels));
  Picture target;
  if (!target.valid) return Fail(ErrorCode::kEngineFailure, "WebP: another library version");
  WebPPicture& picture = target.picture;
  picture.use_argb = !quality;
  picture.width = image.width();
  picture.height = image.height();
  const auto import = image.has_alpha ? WebPPictureImportRGBA : WebPPictureImportRGB;
  if (!import(&picture, image.pixels.data, static_cast<int>(image.pixels.step)) || !WebPEncode(&config, &picture)) {
    return Fail(ErrorCode::kEngineFailure, "WebP: error " + std::to_string(picture.error_code));
  }
  return Bytes(target.memory.mem, target.memory.mem + target.memory.size);
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
  constexpr std::uint8_t kMetadataFlags = 0x2C;  // ICCP, EXIF and XMP
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
    } else if (chunk.type == "EXIF") {
      Bytes exif(chunk.data.begin(), chunk.data.end());
      RenewThumbnail(exif, image);
      AppendWebpChunk(chunk.type, exif, chunks);
    } else if (chunk.type != "VP8X") {
      AppendWebpChunk(chunk.type, chunk.data, chunks);
    }
  }
  return WebpFile(chunks);
}

}  // namespace

Result<Bytes> EncodeWebp(ByteView original, const image::Image& cleaned, std::optional<int> quality) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(original.data(), original.size(), &features) != VP8_STATUS_OK) {
    return Fail(ErrorCode::kCorruptImage, "WebP: damaged header");
  }
  std::optional<float> lossy;
  if (features.format != kLossless) {
    lossy = quality ? static_cast<float>(*quality)
                    : std::max(kLossyQuality, EstimateWebpQuality(FindWebpChunk(original, "VP8 ")));
  }
  ASSIGN_OR_RETURN(const Bytes stream, Compress(cleaned, lossy));
  return Replace(original, stream, cleaned);
}

Result<Bytes> WriteWebp(const image::Image& image, std::optional<int> quality, const Metadata& metadata) {
  ASSIGN_OR_RETURN(const Bytes stream,
                   Compress(image, quality ? std::optional<float>(static_cast<float>(*quality)) : std::nullopt));
  struct Row {
    std::string_view type;
    const Bytes& data;
    std::uint8_t flag;  // RFC 9649, section 2.7.1
  };
  const Row before[] = {{"ICCP", metadata.icc, 0x20}};
  const Row behind[] = {{"EXIF", metadata.exif, 0x08}, {"XMP ", metadata.xmp, 0x04}};
  int flags = image.has_alpha ? kAlphaFlag : 0;
  for (const Row& row : before) flags |= row.data.empty() ? 0 : row.flag;
  for (const Row& row : behind) flags |= row.data.empty() ? 0 : row.flag;
  Bytes chunks;
  const auto append = [&](const Row& row) {
    if (!row.data.empty()) AppendWebpChunk(row.type, row.data, chunks);
  };
  if (flags != 0) AppendExtendedHeader(static_cast<std::uint8_t>(flags), image, chunks);
  std::for_each(std::begin(before), std::end(before), append);
  AppendImage(stream, image.has_alpha, chunks);
  std::for_each(std::begin(behind), std::end(behind), append);
  return WebpFile(chunks);
}

}  // namespace removr::codec
