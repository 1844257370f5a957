// Small image files of every kind that the codecs read, made with the libraries themselves. For tests and fuzzing
// seeds.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/codec/formats.h"

namespace removr::codec::samples {

// A smooth scene with edges and some noise, the same for the same arguments. 8 or 16 bits, 1 to 4 channels.
cv::Mat Scene(int width, int height, int type, int seed = 1);

enum class JpegColors { kGray, kYcc, kRgb, kCmyk, kYcck };

struct JpegOptions {
  int width = 83, height = 61;
  JpegColors colors = JpegColors::kYcc;
  int h_sampling = 2, v_sampling = 2;  // of the first component (and of K); the others have 1
  int quality = 85;
  bool progressive = false, separate_scans = false, arithmetic = false;
  int restart_interval = 0;
  bool adobe = true;                                      // CMYK: with the Adobe marker, so 255 = no ink
  std::vector<std::pair<int, std::string>> markers = {};  // (0xE0 to 0xEF or 0xFE, data)
};
Bytes Jpeg(const JpegOptions& options);

struct PngOptions {
  int width = 37, height = 29;
  int color_type = 2, bit_depth = 8;
  bool interlaced = false;
  bool transparency = false;  // a tRNS chunk
  int palette_size = 16;
  std::vector<std::pair<std::string, std::string>> chunks = {};  // ancillary ones, before IDAT
};
Bytes Png(const PngOptions& options);
// One chunk with its CRC.
Bytes PngChunkBytes(const std::string& type, const std::string& data);

struct WebpOptions {
  int width = 45, height = 31;
  bool lossless = false, alpha = false;
  float quality = 75;
  std::string icc = {}, exif = {}, xmp = {};
};
Bytes Webp(const WebpOptions& options);
Bytes AnimatedWebp();

// An EXIF block (without "Exif\0\0") whose first directory says `orientation`.
std::string Exif(int orientation, bool big_endian = false);

// One of each kind, with a name: what fuzzing starts from.
std::vector<std::pair<std::string, Bytes>> All();

}  // namespace removr::codec::samples
