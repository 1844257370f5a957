#include "bench/files.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <opencv2/imgcodecs.hpp>

// After <cstdio>, which it needs.
#include <jpeglib.h>

namespace removr::bench {
namespace {

// OpenCV 4.6 cannot choose the sampling. libjpeg's default error handler ends the process, which a bench may.
Bytes EncodeJpeg(const cv::Mat& image, int quality, bool full_chroma) {
  jpeg_compress_struct jpeg = {};
  jpeg_error_mgr errors = {};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;  // NOLINT: libjpeg's type
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = static_cast<JDIMENSION>(image.cols);
  jpeg.image_height = static_cast<JDIMENSION>(image.rows);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_EXT_BGR;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = full_chroma ? 1 : 2;
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    auto* row = const_cast<JSAMPROW>(image.ptr<JSAMPLE>(static_cast<int>(jpeg.next_scanline)));
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owned(buffer, &std::free);
  return {buffer, buffer + size};
}

Result<cv::Mat> DecodeAs(std::span<const std::uint8_t> bytes, int flags) {
  const cv::Mat view(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::uint8_t*>(bytes.data()));
  cv::Mat image = cv::imdecode(view, flags);
  if (image.empty()) return Fail(ErrorCode::kCorruptImage, "OpenCV cannot decode it");
  return image;
}

}  // namespace

std::string_view Name(FileKind kind) {
  return kind == FileKind::kPng ? "PNG" : kind == FileKind::kJpeg420 ? "JPEG 4:2:0" : "JPEG 4:4:4";
}

std::string_view Extension(FileKind kind) { return kind == FileKind::kPng ? ".png" : ".jpg"; }

Result<Bytes> Encode(const cv::Mat& image, FileKind kind, int quality) {
  if (kind != FileKind::kPng) return EncodeJpeg(image, quality, kind == FileKind::kJpeg444);
  Bytes bytes;
  if (!cv::imencode(".png", image, bytes, {cv::IMWRITE_PNG_COMPRESSION, 1})) {
    return Fail(ErrorCode::kInternal, "OpenCV cannot encode a PNG");
  }
  return bytes;
}

Result<cv::Mat> Decode(std::span<const std::uint8_t> bytes) { return DecodeAs(bytes, cv::IMREAD_COLOR); }

Result<cv::Mat> DecodeMask(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return cv::Mat();
  return DecodeAs(bytes, cv::IMREAD_GRAYSCALE);
}

Result<Bytes> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  Bytes bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return Fail(ErrorCode::kIo, "cannot read " + path.string());
  return bytes;
}

Status WriteFile(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return Fail(ErrorCode::kIo, "cannot write " + path.string());
  return {};
}

}  // namespace removr::bench
