#include "engine/codec/png_fit.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>

#include "engine/codec/png_chunks.h"

namespace removr::codec {
namespace {

std::uint32_t Key(const cv::Vec4b& color) {
  return static_cast<std::uint32_t>(color[0]) << 24 | static_cast<std::uint32_t>(color[1]) << 16 |
         static_cast<std::uint32_t>(color[2]) << 8 | color[3];
}

constexpr std::size_t kPaletteMax = 256;

// Indices of the image's colours; new ones are appended to `palette`. nullopt where there are too many.
std::optional<cv::Mat> FitPalette(const image::Image& image, std::vector<cv::Vec4b>& palette) {
  std::unordered_map<std::uint32_t, std::uint8_t> index_of;
  for (std::size_t i = 0; i < palette.size(); ++i) index_of.emplace(Key(palette[i]), static_cast<std::uint8_t>(i));
  cv::Mat indices(image.pixels.size(), CV_8UC1);
  const int channels = image.pixels.channels();
  std::optional<std::uint32_t> last_key;
  std::uint8_t last_index = 0;
  for (int y = 0; y < indices.rows; ++y) {
    const std::uint8_t* in = image.pixels.ptr(y);
    std::uint8_t* out = indices.ptr(y);
    for (int x = 0; x < indices.cols; ++x, in += channels) {
      const cv::Vec4b color(in[0], in[1], in[2], channels == 4 ? in[3] : 255);
      if (Key(color) != last_key) {
        const auto [place, is_new] = index_of.emplace(Key(color), static_cast<std::uint8_t>(palette.size()));
        if (is_new && palette.size() == kPaletteMax) return std::nullopt;
        if (is_new) palette.push_back(color);
        last_key = Key(color);
        last_index = place->second;
      }
      out[x] = last_index;
    }
  }
  return indices;
}

int BitsFor(std::size_t color_count) { return color_count <= 2 ? 1 : color_count <= 4 ? 2 : color_count <= 16 ? 4 : 8; }

// The fewest bits, from `depth` on, that hold every gray of `pixels`, which are 8-bit.
int GrayBits(const cv::Mat& pixels, int depth) {
  bool used[256] = {};
  for (int y = 0; y < pixels.rows; ++y) {
    for (int x = 0; x < pixels.cols; ++x) used[pixels.at<std::uint8_t>(y, x)] = true;
  }
  for (; depth < 8; depth *= 2) {
    const int step = 255 / ((1 << depth) - 1);
    bool fits = true;
    for (int value = 0; value < 256; ++value) fits = fits && (!used[value] || value % step == 0);
    if (fits) return depth;
  }
  return 8;
}

cv::Mat Narrowed(const cv::Mat& pixels, int depth) {
  cv::Mat narrow(pixels.size(), CV_8UC1);
  for (int y = 0; y < pixels.rows; ++y) {
    const std::uint8_t* in = pixels.ptr(y);
    std::transform(in, in + pixels.cols, narrow.ptr(y),
                   [&](std::uint8_t v) { return static_cast<std::uint8_t>(v >> (8 - depth)); });
  }
  return narrow;
}

// Whether exactly the pixels of the transparent colour are transparent, and all others opaque.
template <typename T>
bool AlphaFollowsColor(const cv::Mat& pixels, const cv::Vec3w& transparent) {
  const int channels = pixels.channels();
  for (int y = 0; y < pixels.rows; ++y) {
    const T* pixel = pixels.ptr<T>(y);
    for (int x = 0; x < pixels.cols; ++x, pixel += channels) {
      bool same = true;
      for (int c = 0; c + 1 < channels; ++c) same = same && pixel[c] == static_cast<T>(transparent[c]);
      if (pixel[channels - 1] != (same ? 0 : std::numeric_limits<T>::max())) return false;
    }
  }
  return true;
}

cv::Mat WithoutAlpha(const cv::Mat& pixels) {
  const int channels = pixels.channels() - 1;
  cv::Mat opaque(pixels.size(), CV_MAKETYPE(pixels.depth(), channels));
  const int from_to[] = {0, 0, 1, 1, 2, 2};
  cv::mixChannels(&pixels, 1, &opaque, 1, from_to, static_cast<std::size_t>(channels));
  return opaque;
}

PngFit FitTransparentColor(const PngHeader& header, const image::Image& cleaned, PngFit fallback) {
  // What libpng makes of the transparent gray when it expands few bits to 8.
  cv::Vec3w transparent = header.transparent_color;
  if (header.bit_depth < 8) {
    transparent[0] = static_cast<std::uint16_t>((transparent[0] & ((1 << header.bit_depth) - 1)) *
                                                (255 / ((1 << header.bit_depth) - 1)));
  }
  const bool follows = cleaned.pixels.depth() == CV_16U ? AlphaFollowsColor<std::uint16_t>(cleaned.pixels, transparent)
                                                        : AlphaFollowsColor<std::uint8_t>(cleaned.pixels, transparent);
  if (!follows) return fallback;
  cv::Mat opaque = WithoutAlpha(cleaned.pixels);
  if (header.bit_depth < 8) {
    if (GrayBits(opaque, header.bit_depth) != header.bit_depth) return fallback;
    opaque = Narrowed(opaque, header.bit_depth);
  }
  return {{header.color_type, header.bit_depth, header.interlaced, {}}, opaque, true};
}

}  // namespace

Result<PngHeader> ReadPngHeader(ByteView bytes) {
  PngHeader header;
  bool has_header = false;
  ByteView rest = bytes.subspan(std::min(bytes.size(), kPngSignatureBytes));
  for (PngChunk chunk; NextChunk(rest, chunk) && !chunk.Is("IDAT");) {
    const ByteView data = chunk.data;
    if (chunk.Is("IHDR") && data.size() == 13) {
      has_header = true;
      header.bit_depth = data[8];
      header.color_type = static_cast<PngColor>(data[9]);
      header.interlaced = data[12] != 0;
    } else if (chunk.Is("PLTE") && header.color_type == PngColor::kPalette && header.palette.empty()) {
      for (std::size_t i = 0; i + 3 <= std::min<std::size_t>(data.size(), 3 * kPaletteMax); i += 3) {
        header.palette.emplace_back(data[i], data[i + 1], data[i + 2], std::uint8_t{255});
      }
    } else if (chunk.Is("tRNS") && header.color_type == PngColor::kPalette) {
      for (std::size_t i = 0; i < std::min(data.size(), header.palette.size()); ++i) header.palette[i][3] = data[i];
    } else if (chunk.Is("tRNS")) {
      header.has_transparent_color = true;
      for (std::size_t i = 0; i < std::min<std::size_t>(data.size() / 2, 3); ++i) {
        header.transparent_color[static_cast<int>(i)] = static_cast<std::uint16_t>(data[2 * i] << 8 | data[2 * i + 1]);
      }
    }
  }
  if (!has_header) return Fail(ErrorCode::kCorruptImage, "PNG without IHDR");
  return header;
}

PngFit FitPng(const PngHeader& header, const image::Image& cleaned) {
  const bool gray = cleaned.model == image::ColorModel::kGray;
  PngFit direct;  // as decoded: always possible
  direct.layout.color_type = gray ? (cleaned.has_alpha ? PngColor::kGrayAlpha : PngColor::kGray)
                                  : (cleaned.has_alpha ? PngColor::kRgba : PngColor::kRgb);
  direct.layout.bit_depth = cleaned.pixels.depth() == CV_16U ? 16 : 8;
  direct.layout.interlaced = header.interlaced;
  direct.pixels = cleaned.pixels;

  if (header.color_type == PngColor::kPalette && !gray && cleaned.pixels.depth() == CV_8U) {
    std::vector<cv::Vec4b> palette = header.palette;
    const std::optional<cv::Mat> indices = FitPalette(cleaned, palette);
    if (!indices) return direct;
    const int bit_depth = std::max(header.bit_depth, BitsFor(palette.size()));
    return {{PngColor::kPalette, bit_depth, header.interlaced, std::move(palette)}, *indices, false};
  }
  if (header.has_transparent_color && cleaned.has_alpha) return FitTransparentColor(header, cleaned, std::move(direct));
  if (header.color_type == PngColor::kGray && header.bit_depth < 8 && !cleaned.has_alpha) {
    direct.layout.bit_depth = GrayBits(cleaned.pixels, header.bit_depth);
    if (direct.layout.bit_depth < 8) direct.pixels = Narrowed(cleaned.pixels, direct.layout.bit_depth);
  }
  return direct;
}

}  // namespace removr::codec
