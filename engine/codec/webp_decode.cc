#include <webp/decode.h>

#include <opencv2/core.hpp>

#include "engine/codec/exif.h"
#include "engine/codec/formats.h"
#include "engine/codec/webp_chunks.h"

namespace removr::codec {
namespace {

Result<WebPBitstreamFeatures> ReadHeader(ByteView bytes, const Limits& limits) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK) {
    return Fail(ErrorCode::kCorruptImage, "WebP: damaged header");
  }
  if (features.has_animation) return Fail(ErrorCode::kAnimated, "WebP: animation");
  TRY(CheckSize(features.width, features.height, limits));
  TRY(CheckWebpIsWhole(bytes));
  return features;
}

}  // namespace

Result<image::Image> DecodeWebp(ByteView bytes, const Limits& limits) {
  ASSIGN_OR_RETURN(const WebPBitstreamFeatures features, ReadHeader(bytes, limits));
  image::Image image;
  image.has_alpha = features.has_alpha != 0;
  image.orientation = ReadOrientation(FindWebpChunk(bytes, "EXIF"));
  image.soft_colors = features.format == 1;  // VP8, which is 4:2:0 always
  image.pixels.create(features.height, features.width, image.has_alpha ? CV_8UC4 : CV_8UC3);
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return Fail(ErrorCode::kEngineFailure, "WebP: another library version");
  config.output.colorspace = image.has_alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = image.pixels.data;
  config.output.u.RGBA.stride = static_cast<int>(image.pixels.step);
  config.output.u.RGBA.size = image.pixels.step * static_cast<std::size_t>(image.pixels.rows);
  const VP8StatusCode status = WebPDecode(bytes.data(), bytes.size(), &config);
  WebPFreeDecBuffer(&config.output);
  if (status == VP8_STATUS_OUT_OF_MEMORY) return Fail(ErrorCode::kEngineFailure, "WebP: out of memory");
  if (status != VP8_STATUS_OK) return Fail(ErrorCode::kCorruptImage, "WebP: status " + std::to_string(status));
  return image;
}

}  // namespace removr::codec
