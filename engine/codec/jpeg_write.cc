// Pixels to a JPEG file: baseline, Huffman tables made for it.
#include <algorithm>
#include <string_view>

#include "engine/codec/convert.h"
#include "engine/codec/jpeg.h"

namespace removr::codec {
namespace {

constexpr std::size_t kSegmentMaxBytes = 65'533;
constexpr int kFullColorQuality = 90;  // from here on, colours are not subsampled

struct Segment {
  int marker;
  Bytes data;
};

Bytes Joined(std::string_view prefix, ByteView data) {
  Bytes bytes(prefix.begin(), prefix.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

// EXIF 2.32, 4.5.4; XMP part 3, 1.1.3; ICC.1, B.4. What does not fit in its one segment is left out.
std::vector<Segment> Segments(const Metadata& metadata) {
  std::vector<Segment> segments;
  const auto add = [&](std::string_view prefix, const Bytes& data) {
    if (!data.empty() && prefix.size() + data.size() <= kSegmentMaxBytes)
      segments.push_back({JPEG_APP0 + 1, Joined(prefix, data)});
  };
  add({"Exif\0\0", 6}, metadata.exif);
  add({"http://ns.adobe.com/xap/1.0/\0", 29}, metadata.xmp);
  constexpr std::size_t kIccPrefix = 14, kIccPartsMax = 255;
  const std::size_t part_bytes = kSegmentMaxBytes - kIccPrefix;
  const std::size_t count = (metadata.icc.size() + part_bytes - 1) / part_bytes;
  for (std::size_t i = 0; i < count && count <= kIccPartsMax; ++i) {
    const ByteView part = ByteView(metadata.icc).subspan(i * part_bytes);
    std::string prefix("ICC_PROFILE\0", 12);
    prefix += static_cast<char>(i + 1);
    prefix += static_cast<char>(count);
    segments.push_back({JPEG_APP0 + 2, Joined(prefix, part.first(std::min(part.size(), part_bytes)))});
  }
  return segments;
}

}  // namespace

Result<Bytes> WriteJpeg(const image::Image& image, int quality, const Metadata& metadata) {
  const int channels = image.pixels.channels();
  if (image.pixels.depth() != CV_8U || image.has_alpha || (channels != 1 && channels != 3)) {
    return Fail(ErrorCode::kEngineFailure, "JPEG holds 8-bit gray or RGB");
  }
  const std::vector<Segment> segments = Segments(metadata);
  JpegWriter writer(image.pixels.total() / 2);
  jpeg_compress_struct* const out = writer.info();
  TRY(writer.Run([&] {
    writer.Create();
    out->image_width = static_cast<JDIMENSION>(image.width());
    out->image_height = static_cast<JDIMENSION>(image.height());
    out->input_components = channels;
    out->in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_EXT_RGB;
    jpeg_set_defaults(out);
    jpeg_set_quality(out, quality, TRUE);
    out->optimize_coding = TRUE;
    if (quality >= kFullColorQuality) out->comp_info[0].h_samp_factor = out->comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(out, TRUE);
    for (const Segment& segment : segments) {
      jpeg_write_marker(out, segment.marker, segment.data.data(), static_cast<unsigned>(segment.data.size()));
    }
    while (out->next_scanline < out->image_height) {
      JSAMPROW row = const_cast<JSAMPROW>(image.pixels.ptr(static_cast<int>(out->next_scanline)));
      jpeg_write_scanlines(out, &row, 1);
    }
    jpeg_finish_compress(out);
  }));
  return writer.Take();
}

}  // namespace removr::codec
