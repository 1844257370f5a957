#include <webp/decode.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <memory>
#include <opencv2/core.hpp>

#include "engine/codec/formats.h"

namespace removr::codec {
namespace {

constexpr int kLossless = 2;  // of WebPBitstreamFeatures::format

// Lossy files are encoded a second time as a whole, so the quality is one at which that can't be seen.
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

Result<WebPConfig> ConfigFor(bool lossless) {
  WebPConfig config;
  if (!WebPConfigInit(&config)) return Fail(ErrorCode::kEngineFailure, "WebP: another library version");
  if (lossless) WebPConfigLosslessPreset(&config, 3);
  if (!lossless) config.quality = kLossyQuality;
  config.method = lossless ? config.method : 4;
  config.exact = 1;  // colours stay under full transparency as well
  config.alpha_quality = 100;
  return config;
}

using Mux = std::unique_ptr<WebPMux, decltype(&WebPMuxDelete)>;

// The original with another image in it.
Result<Bytes> Replace(ByteView original, const WebPMemoryWriter& image) {
  const WebPData file{original.data(), original.size()}, stream{image.mem, image.size};
  const Mux mux(WebPMuxCreate(&file, 0), WebPMuxDelete);
  if (mux == nullptr) return Fail(ErrorCode::kCorruptImage, "WebP: damaged chunks");
  if (WebPMuxSetImage(mux.get(), &stream, 0) != WEBP_MUX_OK)
    return Fail(ErrorCode::kEngineFailure, "WebP: image refused");
  WebPData assembled{};
  const WebPMuxError error = WebPMuxAssemble(mux.get(), &assembled);
  if (error != WEBP_MUX_OK) return Fail(ErrorCode::kEngineFailure, "WebP: assembling failed");
  Bytes bytes(assembled.bytes, assembled.bytes + assembled.size);
  WebPDataClear(&assembled);
  return bytes;
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
  ASSIGN_OR_RETURN(const WebPConfig config, ConfigFor(lossless));
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
  return Replace(original, target.memory);
}

}  // namespace removr::codec
