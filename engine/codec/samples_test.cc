#include "engine/codec/samples_test.h"

#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "engine/codec/jpeg.h"
#include "engine/codec/png.h"
#include "engine/codec/png_chunks.h"

namespace removr::codec::samples {
namespace {

void Check(bool condition) {
  if (!condition) std::abort();  // the generator itself is broken
}

std::string Big(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}

J_COLOR_SPACE Space(JpegColors colors) {
  switch (colors) {
    case JpegColors::kGray: return JCS_GRAYSCALE;
    case JpegColors::kYcc: return JCS_YCbCr;
    case JpegColors::kRgb: return JCS_RGB;
    case JpegColors::kCmyk: return JCS_CMYK;
    case JpegColors::kYcck: return JCS_YCCK;
  }
  return JCS_UNKNOWN;
}

constexpr jpeg_scan_info kSeparate[] = {{1, {0}, 0, 63, 0, 0}, {1, {1}, 0, 63, 0, 0}, {1, {2}, 0, 63, 0, 0}};

void WriteJpeg(jpeg_compress_struct* info, const JpegOptions& options, const cv::Mat& pixels) {
  info->image_width = static_cast<JDIMENSION>(options.width);
  info->image_height = static_cast<JDIMENSION>(options.height);
  info->input_components = pixels.channels();
  info->in_color_space = pixels.channels() == 1 ? JCS_GRAYSCALE : pixels.channels() == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(info);
  jpeg_set_colorspace(info, Space(options.colors));
  jpeg_set_quality(info, options.quality, TRUE);
  for (int i = 0; i < info->num_components; ++i) {
    info->comp_info[i].h_samp_factor = i == 0 || i == 3 ? options.h_sampling : 1;
    info->comp_info[i].v_samp_factor = i == 0 || i == 3 ? options.v_sampling : 1;
  }
  if (options.separate_scans) {
    info->scan_info = kSeparate;
    info->num_scans = 3;
  }
  if (options.progressive) jpeg_simple_progression(info);
  info->arith_code = options.arithmetic;
  info->restart_interval = static_cast<unsigned>(options.restart_interval);
  if (info->num_components == 4) info->write_Adobe_marker = options.adobe;
  jpeg_start_compress(info, TRUE);
  for (const auto& [marker, data] : options.markers) {
    jpeg_write_marker(info, marker, reinterpret_cast<const JOCTET*>(data.data()), static_cast<unsigned>(data.size()));
  }
  for (int y = 0; y < pixels.rows; ++y) {
    JSAMPROW row = const_cast<JSAMPROW>(pixels.ptr(y));
    jpeg_write_scanlines(info, &row, 1);
  }
  jpeg_finish_compress(info);
}

}  // namespace

cv::Mat Scene(int width, int height, int type, int seed) {
  cv::Mat scene(height, width, type);
  cv::RNG random(static_cast<std::uint64_t>(seed));
  const int channels = scene.channels();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool disc = (x - width / 3) * (x - width / 3) + (y - height / 2) * (y - height / 2) < height * height / 9;
      for (int c = 0; c < channels; ++c) {
        const double level =
            60 + 120.0 * (c % 2 == 0 ? x : y) / (c % 2 == 0 ? width : height) + (disc ? 40 - 30 * c : 0);
        const double value = level + random.uniform(-6.0, 6.0);
        if (scene.depth() == CV_16U) {
          scene.ptr<std::uint16_t>(y)[x * channels + c] = cv::saturate_cast<std::uint16_t>(value * 257);
        } else {
          scene.ptr<std::uint8_t>(y)[x * channels + c] = cv::saturate_cast<std::uint8_t>(value);
        }
      }
    }
  }
  return scene;
}

Bytes Jpeg(const JpegOptions& options) {
  const int channels = options.colors == JpegColors::kGray                                        ? 1
                       : options.colors == JpegColors::kYcc || options.colors == JpegColors::kRgb ? 3
                                                                                                  : 4;
  const cv::Mat pixels = Scene(options.width, options.height, CV_8UC(channels));
  JpegWriter writer(4096);
  const Status status = writer.Run([&] {
    writer.Create();
    WriteJpeg(writer.info(), options, pixels);
  });
  Check(status.has_value());
  return writer.Take();
}

Bytes PngChunkBytes(const std::string& type, const std::string& data) {
  Bytes chunk;
  AppendPngChunk(type, Bytes(data.begin(), data.end()), chunk);
  return chunk;
}

Bytes Png(const PngOptions& options) {
  constexpr int kChannels[] = {1, 0, 3, 1, 2, 0, 4};
  const int channels = kChannels[options.color_type];
  cv::Mat pixels =
      Scene(options.width, options.height, CV_MAKETYPE(options.bit_depth == 16 ? CV_16U : CV_8U, channels));
  if (options.bit_depth < 8) pixels = (pixels - 40) * (1.0 / (256 >> options.bit_depth));  // 0 to 2^depth - 1
  const int colors = std::min(options.palette_size, 1 << options.bit_depth);
  if (options.color_type == PNG_COLOR_TYPE_PALETTE) {
    for (auto it = pixels.begin<std::uint8_t>(); it != pixels.end<std::uint8_t>(); ++it)
      *it = static_cast<std::uint8_t>(*it % colors);
  }
  PngErrors errors;
  Bytes bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &errors, PngErrors::OnError, PngErrors::OnWarning);
  png_infop info = png_create_info_struct(png);
  const auto append = [](png_structp p, png_bytep data, png_size_t size) {
    auto* out = static_cast<Bytes*>(png_get_io_ptr(p));
    out->insert(out->end(), data, data + size);
  };
  png_set_write_fn(png, &bytes, append, [](png_structp) {});
  const bool written = Completes(errors.escape, [&] {
    png_set_IHDR(png, info, static_cast<png_uint_32>(options.width), static_cast<png_uint_32>(options.height),
                 options.bit_depth, options.color_type, options.interlaced ? 1 : 0, 0, 0);
    if (options.color_type == PNG_COLOR_TYPE_PALETTE) {
      png_color palette[256];
      png_byte alphas[256];
      for (int i = 0; i < colors; ++i) {
        palette[i] = {static_cast<png_byte>(37 * i + 5), static_cast<png_byte>(255 - 11 * i),
                      static_cast<png_byte>(91 * i)};
        alphas[i] = static_cast<png_byte>(i % 3 * 100);
      }
      png_set_PLTE(png, info, palette, colors);
      if (options.transparency) png_set_tRNS(png, info, alphas, std::min(colors, 5), nullptr);
    } else if (options.transparency) {
      png_color_16 color{};  // that of the first pixel, so that some are transparent
      const auto value = [&](int c) -> png_uint_16 {
        return pixels.depth() == CV_16U ? pixels.ptr<std::uint16_t>(0)[c] : pixels.ptr(0)[c];
      };
      color.gray = color.red = value(0);
      if (channels == 3) color.green = value(1), color.blue = value(2);
      png_set_tRNS(png, info, nullptr, 0, &color);
    }
    png_write_info(png, info);
    for (const auto& [type, data] : options.chunks) {
      png_write_chunk(png, reinterpret_cast<png_const_bytep>(type.data()),
                      reinterpret_cast<png_const_bytep>(data.data()), data.size());
    }
    if (options.bit_depth < 8) png_set_packing(png);
    if (options.bit_depth == 16) png_set_swap(png);
    const int pass_count = png_set_interlace_handling(png);
    for (int pass = 0; pass < pass_count; ++pass) {
      for (int y = 0; y < pixels.rows; ++y) png_write_row(png, pixels.ptr(y));
    }
    png_write_end(png, nullptr);
  });
  png_destroy_write_struct(&png, &info);
  Check(written);
  return bytes;
}

namespace {

WebPData Data(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Bytes WebpStream(const WebpOptions& options) {
  const cv::Mat pixels = Scene(options.width, options.height, options.alpha ? CV_8UC4 : CV_8UC3);
  std::uint8_t* out = nullptr;
  const int stride = static_cast<int>(pixels.step);
  WebPConfig config;
  WebPPicture picture;
  WebPMemoryWriter memory;
  WebPMemoryWriterInit(&memory);
  Check(WebPConfigInit(&config) && WebPPictureInit(&picture));
  config.lossless = options.lossless;
  config.exact = 1;
  config.quality = options.quality;
  picture.use_argb = options.lossless;
  picture.width = options.width;
  picture.height = options.height;
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &memory;
  Check(options.alpha ? WebPPictureImportRGBA(&picture, pixels.data, stride)
                      : WebPPictureImportRGB(&picture, pixels.data, stride));
  Check(WebPEncode(&config, &picture));
  out = memory.mem;
  Bytes bytes(out, out + memory.size);
  WebPPictureFree(&picture);
  WebPMemoryWriterClear(&memory);
  return bytes;
}

}  // namespace

Bytes Webp(const WebpOptions& options) {
  const Bytes stream = WebpStream(options);
  if (options.icc.empty() && options.exif.empty() && options.xmp.empty()) return stream;
  WebPMux* mux = WebPMuxNew();
  const WebPData image{stream.data(), stream.size()};
  Check(WebPMuxSetImage(mux, &image, 1) == WEBP_MUX_OK);
  for (const auto& [name, text] :
       {std::pair("ICCP", &options.icc), std::pair("EXIF", &options.exif), std::pair("XMP ", &options.xmp)}) {
    const WebPData data = Data(*text);
    if (!text->empty()) Check(WebPMuxSetChunk(mux, name, &data, 1) == WEBP_MUX_OK);
  }
  WebPData assembled{};
  Check(WebPMuxAssemble(mux, &assembled) == WEBP_MUX_OK);
  Bytes bytes(assembled.bytes, assembled.bytes + assembled.size);
  WebPDataClear(&assembled);
  WebPMuxDelete(mux);
  return bytes;
}

Bytes AnimatedWebp() {
  WebPAnimEncoderOptions settings;
  Check(WebPAnimEncoderOptionsInit(&settings));
  WebPAnimEncoder* encoder = WebPAnimEncoderNew(32, 24, &settings);
  WebPConfig config;
  Check(WebPConfigInit(&config));
  for (int frame = 0; frame < 3; ++frame) {
    const cv::Mat pixels = Scene(32, 24, CV_8UC3, frame + 1);
    WebPPicture picture;
    Check(WebPPictureInit(&picture));
    picture.use_argb = 1;
    picture.width = 32;
    picture.height = 24;
    Check(WebPPictureImportRGB(&picture, pixels.data, static_cast<int>(pixels.step)));
    Check(WebPAnimEncoderAdd(encoder, &picture, 100 * frame, &config));
    WebPPictureFree(&picture);
  }
  Check(WebPAnimEncoderAdd(encoder, nullptr, 300, nullptr));
  WebPData data{};
  Check(WebPAnimEncoderAssemble(encoder, &data));
  Bytes bytes(data.bytes, data.bytes + data.size);
  WebPDataClear(&data);
  WebPAnimEncoderDelete(encoder);
  return bytes;
}

std::string Exif(int orientation, bool big_endian) {
  const auto number = [&](std::uint32_t value, int bytes) {
    std::string text = Big(value, bytes);
    if (!big_endian) std::reverse(text.begin(), text.end());
    return text;
  };
  return std::string(big_endian ? "MM" : "II") + number(42, 2) + number(8, 4) + number(2, 2) +  //
         number(0x0100, 2) + number(4, 2) + number(1, 4) + number(83, 4) +                      // ImageWidth
         number(0x0112, 2) + number(3, 2) + number(1, 4) + number(static_cast<std::uint32_t>(orientation), 2) +
         number(0, 2) + number(0, 4);
}

std::vector<std::pair<std::string, Bytes>> All() {
  using enum JpegColors;
  std::vector<std::pair<std::string, Bytes>> all;
  const std::string exif = std::string("Exif\0\0", 6) + Exif(6);
  const auto jpeg = [&](const std::string& name, JpegOptions options) {
    all.emplace_back(name + ".jpg", Jpeg(options));
  };
  jpeg("420", {});
  jpeg("422", {.h_sampling = 2, .v_sampling = 1});
  jpeg("440", {.h_sampling = 1, .v_sampling = 2});
  jpeg("444", {.h_sampling = 1, .v_sampling = 1});
  jpeg("411", {.h_sampling = 4, .v_sampling = 1});
  jpeg("gray", {.colors = kGray, .h_sampling = 1, .v_sampling = 1});
  jpeg("gray-2x2", {.colors = kGray});
  jpeg("rgb", {.colors = kRgb, .h_sampling = 1, .v_sampling = 1});
  jpeg("cmyk", {.colors = kCmyk, .h_sampling = 1, .v_sampling = 1});
  jpeg("cmyk-plain", {.colors = kCmyk, .h_sampling = 1, .v_sampling = 1, .adobe = false});
  jpeg("ycck", {.colors = kYcck, .h_sampling = 1, .v_sampling = 1});
  jpeg("ycck-420", {.colors = kYcck});
  jpeg("progressive", {.progressive = true});
  jpeg("progressive-cmyk", {.colors = kYcck, .progressive = true});
  jpeg("progressive-gray", {.colors = kGray, .progressive = true});
  jpeg("scans", {.separate_scans = true});
  jpeg("restarts", {.restart_interval = 3});
  jpeg("arithmetic", {.arithmetic = true});
  jpeg("pixel", {.width = 1, .height = 1});
  jpeg("metadata", {.markers = {{0xE1, exif}, {0xE2, "ICC_PROFILE"}, {0xFE, "a comment"}}});
  const auto png = [&](const std::string& name, PngOptions options) { all.emplace_back(name + ".png", Png(options)); };
  for (const int depth : {1, 2, 4, 8, 16}) {
    png("gray" + std::to_string(depth), {.color_type = 0, .bit_depth = depth});
    png("gray-key" + std::to_string(depth), {.color_type = 0, .bit_depth = depth, .transparency = true});
  }
  for (const int depth : {1, 2, 4, 8}) {
    png("palette" + std::to_string(depth), {.color_type = 3, .bit_depth = depth});
    png("palette-alpha" + std::to_string(depth),
        {.color_type = 3, .bit_depth = depth, .interlaced = true, .transparency = true});
  }
  for (const int depth : {8, 16}) {
    png("rgb" + std::to_string(depth), {.color_type = 2, .bit_depth = depth, .interlaced = true});
    png("rgb-key" + std::to_string(depth), {.color_type = 2, .bit_depth = depth, .transparency = true});
    png("gray-alpha" + std::to_string(depth), {.color_type = 4, .bit_depth = depth});
    png("rgba" + std::to_string(depth), {.color_type = 6, .bit_depth = depth});
  }
  png("metadata", {.chunks = {{"tEXt", std::string("Title\0Sea", 9)}, {"eXIf", Exif(8)}}});
  const auto webp = [&](const std::string& name, WebpOptions options) {
    all.emplace_back(name + ".webp", Webp(options));
  };
  webp("lossy", {});
  webp("lossy-alpha", {.alpha = true});
  webp("lossless", {.lossless = true});
  webp("lossless-alpha", {.lossless = true, .alpha = true});
  webp("metadata", {.icc = "profile", .exif = Exif(3), .xmp = "<x/>"});
  all.emplace_back("animated.webp", AnimatedWebp());
  return all;
}

}  // namespace removr::codec::samples
