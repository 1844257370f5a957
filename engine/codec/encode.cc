#include "engine/codec/encode.h"

#include <exception>
#include <opencv2/core.hpp>

#include "base/probe.h"
#include "engine/codec/formats.h"
#include "engine/codec/png_write.h"
#include "engine/codec/previews.h"

namespace removr::codec {
namespace {

bool FitsItsModel(const image::Image& image) {
  const int channels = image.model == image::ColorModel::kGray ? 1 : image.model == image::ColorModel::kRgb ? 3 : 4;
  const int depth = image.pixels.depth();
  return !image.pixels.empty() && image.pixels.channels() == channels + image.has_alpha &&
         (depth == CV_8U || depth == CV_16U) && !(image.model == image::ColorModel::kCmyk && image.has_alpha);
}

}  // namespace

Result<Bytes> Encode(ByteView original, const image::Image& cleaned, const image::Mask& mask, const Limits& limits,
                     std::optional<int> quality) try {
  if (!FitsItsModel(cleaned)) return Fail(ErrorCode::kEngineFailure, "encode: channels do not fit the colour model");
  if (mask.type() != CV_8UC1 || mask.size() != cleaned.pixels.size()) {
    return Fail(ErrorCode::kMaskMismatch, "encode: the mask is not H x W x 1 byte");
  }
  const auto format = SniffFormat(original);
  if (!format) return Fail(ErrorCode::kUnsupportedFormat, "no known magic number");
  if (cv::countNonZero(mask) == 0) return Bytes(original.begin(), original.end());
  switch (*format) {
    case Format::kJpeg: {
      ASSIGN_OR_RETURN(Bytes patched, PatchJpeg(original, cleaned, mask, limits));
      RenewPreviews(patched, original, cleaned, mask);
      return patched;
    }
    case Format::kPng: return EncodePng(original, cleaned, mask);
    case Format::kWebp: return EncodeWebp(original, cleaned, quality);
  }
  return Fail(ErrorCode::kInternal, "format without an encoder");
} catch (const std::exception& e) {  // memory ran out: std::bad_alloc, or OpenCV's own
  return Fail(ErrorCode::kEngineFailure, std::string("encode: ") + e.what());
}

Result<Bytes> EncodeMaskPng(const image::Mask& mask) try {
  if (mask.empty() || mask.type() != CV_8UC1) return Fail(ErrorCode::kMaskMismatch, "mask is not H x W x 1 byte");
  const cv::Mat full = mask != 0;  // 0 or 255
  PngLayout layout;
  layout.color_type = PngColor::kGray;
  return WritePng(full, layout);
} catch (const std::exception& e) {
  return Fail(ErrorCode::kEngineFailure, std::string("encode mask: ") + e.what());
}

}  // namespace removr::codec
