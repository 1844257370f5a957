#include "engine/hand_mask.h"

#include <fmt/format.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/codec/decode.h"
#include "engine/engine.h"

namespace removr::engine {
namespace {

auto Mismatch(const std::string& text) { return Fail(ErrorCode::kMaskMismatch, text, text); }

cv::Rect PixelsOf(const Region& region, cv::Size size) {
  const double x = region.percent ? size.width / 100.0 : 1, y = region.percent ? size.height / 100.0 : 1;
  const double left = std::floor(region.x1 * x), top = std::floor(region.y1 * y);
  const double right = std::ceil(region.x2 * x), bottom = std::ceil(region.y2 * y);
  if (left >= size.width || top >= size.height) return {};
  const cv::Rect pixels(cv::Point(static_cast<int>(left), static_cast<int>(top)),
                        cv::Point(static_cast<int>(std::min<double>(right, size.width)),
                                  static_cast<int>(std::min<double>(bottom, size.height))));
  return pixels;
}

// How white each pixel is, CV_32F in [0,1]; alpha counts as a black ground.
cv::Mat Whiteness(const image::Image& image, const cv::Rect& band) {
  cv::Mat white;
  cv::cvtColor(image::ReadRgb(image, band), white, cv::COLOR_RGB2GRAY);
  if (!image.has_alpha) return white;
  cv::Mat alpha;
  cv::extractChannel(image.pixels(band), alpha, image.pixels.channels() - 1);
  alpha.convertTo(alpha, CV_32F, image.pixels.depth() == CV_16U ? 1 / 65535.0 : 1 / 255.0);
  return white.mul(alpha);
}

}  // namespace

Result<image::Mask> HandMask(const image::Mask& mask, const std::optional<Region>& region, cv::Size size) {
  if (mask.empty() && !region) return image::Mask();
  if (!mask.empty() && mask.size() != size) {
    return Mismatch(
        fmt::format("The mask is {} x {} px, the image {} x {}.", mask.cols, mask.rows, size.width, size.height));
  }
  image::Mask both = mask.empty() ? cv::Mat::zeros(size, CV_8U) : cv::Mat(mask != 0);
  if (!region) return both;
  const cv::Rect pixels = PixelsOf(*region, size);
  if (pixels.empty()) {
    return Mismatch(fmt::format("The region lies outside the image of {} x {} px.", size.width, size.height));
  }
  both(pixels) = 255;
  return both;
}

Result<image::Mask> ReadMask(std::span<const std::uint8_t> bytes, const Limits& limits) {
  constexpr int kBandRows = 64;
  if (static_cast<std::int64_t>(bytes.size()) > limits.file_max_bytes) {
    return Mismatch(fmt::format("The mask is larger than {} MiB.", limits.file_max_bytes / kMiB));
  }
  auto decoded = codec::Decode(bytes, limits);
  if (!decoded) {
    const Error& error = decoded.error();
    if (error.code == ErrorCode::kEngineFailure)
      return tl::unexpected(error);  // want of memory is not the mask's fault
    return Fail(ErrorCode::kMaskMismatch, "mask: " + error.message,
                "The mask can't be read: " + std::string(error.Public()));
  }
  const image::Image image = image::ToUpright(decoded->image);
  image::Mask mask(image.pixels.size(), CV_8U);
  for (int y = 0; y < mask.rows; y += kBandRows) {
    const cv::Rect band(0, y, mask.cols, std::min(kBandRows, mask.rows - y));
    mask(band) = Whiteness(image, band) >= .5;
  }
  return mask;
}

}  // namespace removr::engine
