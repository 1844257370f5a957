#include "engine/codec/convert.h"

#include <algorithm>
#include <exception>
#include <opencv2/imgproc.hpp>
#include <string_view>

#include "engine/codec/exif.h"
#include "engine/codec/webp_chunks.h"

namespace removr::codec {
namespace {

constexpr int kQuality = 92;  // at which nothing can be seen of it

// CMYK without alpha as 8-bit RGB, in bands, since ReadRgb gives floats.
cv::Mat RgbFromCmyk(const image::Image& image) {
  constexpr int kBandRows = 64;
  cv::Mat rgb(image.pixels.size(), CV_8UC3);
  for (int y = 0; y < rgb.rows; y += kBandRows) {
    const cv::Rect band(0, y, rgb.cols, std::min(kBandRows, rgb.rows - y));
    image::ReadRgb(image, band).convertTo(rgb(band), CV_8UC3, 255);
  }
  return rgb;
}

void RgbInsteadOfGray(image::Image& image) {
  if (image.model != image::ColorModel::kGray) return;
  if (image.has_alpha) {
    cv::Mat rgba(image.pixels.size(), CV_MAKETYPE(image.pixels.depth(), 4));
    const int from_to[] = {0, 0, 0, 1, 0, 2, 1, 3};
    cv::mixChannels(&image.pixels, 1, &rgba, 1, from_to, 4);
    image.pixels = rgba;
  } else {
    cv::Mat rgb;
    cv::cvtColor(image.pixels, rgb, cv::COLOR_GRAY2RGB);
    image.pixels = rgb;
  }
  image.model = image::ColorModel::kRgb;
}

// 8 bits, alpha laid over white.
void OverWhite(image::Image& image) {
  if (!image.has_alpha) return;
  const int colors = image.pixels.channels() - 1;
  cv::Mat opaque(image.pixels.size(), CV_8UC(colors));
  for (int y = 0; y < opaque.rows; ++y) {
    const std::uint8_t* in = image.pixels.ptr(y);
    std::uint8_t* out = opaque.ptr(y);
    for (int x = 0; x < opaque.cols; ++x, in += colors + 1, out += colors) {
      const int alpha = in[colors];
      for (int c = 0; c < colors; ++c)
        out[c] = static_cast<std::uint8_t>((in[c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
  image.pixels = opaque;
  image.has_alpha = false;
}

// The image upright, with channels and depth as `target` holds them.
image::Image Fitted(const image::Image& stored, Format target) {
  image::Image image = image::ToUpright(stored);
  if (image.model == image::ColorModel::kCmyk) {
    image.pixels = RgbFromCmyk(image);
    image.model = image::ColorModel::kRgb;
  }
  if (target != Format::kPng && image.pixels.depth() == CV_16U) {
    cv::Mat bytes;
    image.pixels.convertTo(bytes, CV_8U, 1 / 257.0);
    image.pixels = bytes;
  }
  if (target == Format::kWebp) RgbInsteadOfGray(image);
  if (target == Format::kJpeg) OverWhite(image);
  return image;
}

// ICC.1, 7.2.6: the colour space that a profile is for.
bool IsFor(const Bytes& profile, image::ColorModel model) {
  constexpr std::size_t kColorSpaceAt = 16;
  const std::string_view name = model == image::ColorModel::kGray ? "GRAY" : "RGB ";
  return profile.size() >= kColorSpaceAt + 4 &&
         std::equal(name.begin(), name.end(), profile.begin() + static_cast<std::ptrdiff_t>(kColorSpaceAt));
}

bool IsLossless(Format format, ByteView file) {
  return format == Format::kPng || (format == Format::kWebp && !FindWebpChunk(file, "VP8L").empty());
}

}  // namespace

Result<Bytes> EncodeAs(Format target, ByteView original, const image::Image& stored, std::optional<int> quality,
                       const Limits& limits) try {
  constexpr int kJpegSideMax = 65'500, kWebpSideMax = 16'383;
  const int side = std::max(stored.width(), stored.height());
  if ((target == Format::kJpeg && side > kJpegSideMax) || (target == Format::kWebp && side > kWebpSideMax)) {
    return Fail(ErrorCode::kTooManyPixels, "a side of " + std::to_string(side) + " px as " + std::string(Name(target)));
  }
  const auto format = SniffFormat(original);
  if (!format) return Fail(ErrorCode::kUnsupportedFormat, "no known magic number");
  const image::Image image = Fitted(stored, target);
  Metadata metadata = ReadMetadata(original, limits);
  MakeUpright(metadata.exif);
  if (!IsFor(metadata.icc, image.model)) metadata.icc.clear();
  switch (target) {
    case Format::kJpeg: return WriteJpeg(image, quality.value_or(kQuality), metadata);
    case Format::kPng: return WritePngFile(image, metadata);
    case Format::kWebp:
      if (!quality && !IsLossless(*format, original)) quality = kQuality;
      return WriteWebp(image, quality, metadata);
  }
  return Fail(ErrorCode::kInternal, "format without an encoder");
} catch (const std::exception& e) {  // memory ran out: std::bad_alloc, or OpenCV's own
  return Fail(ErrorCode::kEngineFailure, std::string("convert: ") + e.what());
}

}  // namespace removr::codec
