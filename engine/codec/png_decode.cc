#include <bit>
#include <opencv2/core.hpp>

#include "engine/codec/exif.h"
#include "engine/codec/png.h"
#include "engine/codec/png_chunks.h"

namespace removr::codec {
namespace {

int Orientation(ByteView bytes) {
  ByteView rest = bytes.subspan(kPngSignatureBytes);
  for (PngChunk chunk; NextChunk(rest, chunk);) {
    if (chunk.Is("eXIf")) return ReadOrientation(chunk.data);
  }
  return 1;
}

// Reads the header, and asks libpng for 8 or 16 bits of gray or RGB, with transparency as an alpha channel.
void Prepare(png_structp png, png_infop info) {
  png_set_expand(png);
  if constexpr (std::endian::native == std::endian::little) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

// An interlaced image comes in 7 passes over the same rows. Run inside PngReader::Run.
void ReadRows(png_structp png, cv::Mat& pixels) {
  const int pass_count = png_set_interlace_handling(png);
  for (int pass = 0; pass < pass_count; ++pass) {
    for (int y = 0; y < pixels.rows; ++y) png_read_row(png, pixels.ptr(y), nullptr);
  }
  png_read_end(png, nullptr);
}

}  // namespace

Result<image::Image> DecodePng(ByteView bytes, const Limits& limits) {
  PngReader reader(bytes, limits);
  png_structp png = reader.png();
  png_infop info = reader.info();
  if (png == nullptr || info == nullptr) return Fail(ErrorCode::kEngineFailure, "PNG: no memory");
  TRY(reader.Run([&] { png_read_info(png, info); }));
  TRY(CheckSize(png_get_image_width(png, info), png_get_image_height(png, info), limits));
  TRY(reader.Run([&] { Prepare(png, info); }));
  image::Image image;
  const int color_type = png_get_color_type(png, info);
  image.model = (color_type & PNG_COLOR_MASK_COLOR) != 0 ? image::ColorModel::kRgb : image::ColorModel::kGray;
  image.has_alpha = (color_type & PNG_COLOR_MASK_ALPHA) != 0;
  image.orientation = Orientation(bytes);
  const int depth = png_get_bit_depth(png, info) == 16 ? CV_16U : CV_8U;
  image.pixels.create(static_cast<int>(png_get_image_height(png, info)),
                      static_cast<int>(png_get_image_width(png, info)),
                      CV_MAKETYPE(depth, png_get_channels(png, info)));
  TRY(reader.Run([&] { ReadRows(png, image.pixels); }));
  return image;
}

}  // namespace removr::codec
