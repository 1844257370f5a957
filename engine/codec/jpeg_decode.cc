#include <opencv2/core.hpp>

#include "engine/codec/exif.h"
#include "engine/codec/formats.h"
#include "engine/codec/jpeg.h"

namespace removr::codec {
namespace {

int Orientation(const jpeg_decompress_struct& info) {
  for (const jpeg_marker_struct* marker = info.marker_list; marker != nullptr; marker = marker->next) {
    const ByteView data(marker->data, marker->data_length);
    if (marker->marker == JPEG_APP0 + 1 && data.size() > 6 && std::equal(data.begin(), data.begin() + 6, "Exif\0")) {
      return ReadOrientation(data);
    }
  }
  return 1;
}

// Reads all rows into `pixels`.
void ReadRows(jpeg_decompress_struct* info, cv::Mat& pixels) {
  constexpr JDIMENSION kRowsAtOnce = 16;
  jpeg_start_decompress(info);
  while (info->output_scanline < info->output_height) {
    JSAMPROW rows[kRowsAtOnce];
    const JDIMENSION count = std::min(kRowsAtOnce, info->output_height - info->output_scanline);
    for (JDIMENSION i = 0; i < count; ++i) rows[i] = pixels.ptr(static_cast<int>(info->output_scanline + i));
    jpeg_read_scanlines(info, rows, count);
  }
}

}  // namespace

Result<image::Image> DecodeJpeg(ByteView bytes, const Limits& limits) {
  JpegReader reader(bytes, limits);
  TRY(reader.ReadHeader());
  jpeg_decompress_struct* info = reader.info();
  image::Image image;
  image.model = reader.model();
  image.orientation = Orientation(*info);
  image.soft_colors = info->num_components > 1 && info->comp_info[1].h_samp_factor < info->max_h_samp_factor;
  info->out_color_space = info->num_components == 1   ? JCS_GRAYSCALE
                          : info->num_components == 4 ? JCS_CMYK
                                                      : JCS_EXT_RGB;
  info->do_block_smoothing =
      FALSE;  // it guesses what scans of a progressive file are missing, and such files are refused
  image.pixels.create(static_cast<int>(info->image_height), static_cast<int>(info->image_width),
                      CV_8UC(info->num_components));
  TRY(reader.Run([&] { ReadRows(info, image.pixels); }));
  TRY(reader.CheckComplete());
  TRY(reader.Run([&] { jpeg_finish_decompress(info); }));
  if (reader.inverted_cmyk()) cv::bitwise_not(image.pixels, image.pixels);
  return image;
}

}  // namespace removr::codec
