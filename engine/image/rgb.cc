// Tiles as the networks see them: out of an image's own depth and colours, and back into it.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>

#include "engine/image/image.h"

namespace removr::image {
namespace {

template <typename T>
constexpr float kMax = std::numeric_limits<T>::max();

template <typename T>
T Quantise(float value) {
  // Written so that NaN becomes 0.
  const float clamped = value > 0 ? std::min(value, 1.0f) : 0.0f;
  return static_cast<T>(clamped * kMax<T> + 0.5f);
}

template <typename T>
void ReadGray(const T* in, int channels, int count, float* rgb) {
  for (int x = 0; x < count; ++x) rgb[3 * x] = rgb[3 * x + 1] = rgb[3 * x + 2] = in[x * channels] / kMax<T>;
}

template <typename T>
void ReadColor(const T* in, int channels, int count, float* rgb) {
  for (int x = 0; x < count; ++x) {
    for (int c = 0; c < 3; ++c) rgb[3 * x + c] = in[x * channels + c] / kMax<T>;
  }
}

template <typename T>
void ReadCmyk(const T* in, int count, float* rgb) {
  for (int x = 0; x < count; ++x) {
    const float paper = 1 - in[4 * x + 3] / kMax<T>;
    for (int c = 0; c < 3; ++c) rgb[3 * x + c] = (1 - in[4 * x + c] / kMax<T>)*paper;
  }
}

template <typename T>
void WriteGray(const float* rgb, T* pixel) {
  *pixel = Quantise<T>(0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2]);
}

template <typename T>
void WriteColor(const float* rgb, T* pixel) {
  for (int c = 0; c < 3; ++c) pixel[c] = Quantise<T>(rgb[c]);
}

// The brightest channel bounds K: 1 - K can't be less than it. Under full K any C, M, Y is the same black.
template <typename T>
void WriteCmyk(const float* rgb, T* pixel) {
  const float brightest = std::max({rgb[0], rgb[1], rgb[2]});
  pixel[3] = std::min(pixel[3], Quantise<T>(1 - brightest));
  const float paper = 1 - pixel[3] / kMax<T>;
  if (paper <= 0) return;
  for (int c = 0; c < 3; ++c) pixel[c] = Quantise<T>(1 - rgb[c] / paper);
}

template <typename T>
void Read(const Image& image, const cv::Rect& region, cv::Mat& rgb) {
  const int channels = image.pixels.channels();
  for (int y = 0; y < region.height; ++y) {
    const T* in = image.pixels.ptr<T>(region.y + y) + static_cast<std::ptrdiff_t>(region.x) * channels;
    float* out = rgb.ptr<float>(y);
    switch (image.model) {
      case ColorModel::kGray: ReadGray(in, channels, region.width, out); break;
      case ColorModel::kRgb: ReadColor(in, channels, region.width, out); break;
      case ColorModel::kCmyk: ReadCmyk(in, region.width, out); break;
    }
  }
}

template <typename T>
void Write(Image& image, const cv::Rect& region, const cv::Mat& rgb, const cv::Mat& mask) {
  const auto write_pixel = image.model == ColorModel::kGray  ? WriteGray<T>
                           : image.model == ColorModel::kRgb ? WriteColor<T>
                                                             : WriteCmyk<T>;
  const int channels = image.pixels.channels();
  for (int y = 0; y < region.height; ++y) {
    T* out = image.pixels.ptr<T>(region.y + y) + static_cast<std::ptrdiff_t>(region.x) * channels;
    const float* in = rgb.ptr<float>(y);
    const std::uint8_t* allowed = mask.ptr<std::uint8_t>(y);
    for (int x = 0; x < region.width; ++x) {
      if (allowed[x] != 0) write_pixel(in + 3 * x, out + x * channels);
    }
  }
}

[[maybe_unused]] bool Contains(const Image& image, const cv::Rect& region) {
  return (cv::Rect({0, 0}, image.pixels.size()) & region) == region;
}

}  // namespace

cv::Mat ReadRgb(const Image& image, const cv::Rect& region) {
  assert(Contains(image, region));
  cv::Mat rgb(region.size(), CV_32FC3);
  image.pixels.depth() == CV_16U ? Read<std::uint16_t>(image, region, rgb) : Read<std::uint8_t>(image, region, rgb);
  return rgb;
}

void WriteRgb(Image& image, const cv::Rect& region, const cv::Mat& rgb, const cv::Mat& mask) {
  assert(Contains(image, region) && rgb.type() == CV_32FC3 && mask.type() == CV_8UC1);
  assert(rgb.size() == region.size() && mask.size() == region.size());
  image.pixels.depth() == CV_16U ? Write<std::uint16_t>(image, region, rgb, mask)
                                 : Write<std::uint8_t>(image, region, rgb, mask);
}

}  // namespace removr::image
