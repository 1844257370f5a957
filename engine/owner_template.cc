// Reads the files in which an owner keeps an overlay.
#include <fmt/format.h>

#include <algorithm>

#include "engine/codec/decode.h"
#include "engine/engine.h"

namespace removr::engine {
namespace {

constexpr std::int64_t kPixelsMax = 16'000'000;  // a template is held in floats

Result<image::Image> ReadPicture(std::span<const std::uint8_t> bytes, Limits limits) {
  if (static_cast<std::int64_t>(bytes.size()) > limits.file_max_bytes) {
    const std::string text = fmt::format("The template is larger than {} MiB.", limits.file_max_bytes / kMiB);
    return Fail(ErrorCode::kBadRequest, text, text);
  }
  limits.pixels_max = std::min(limits.pixels_max, kPixelsMax);
  auto decoded = codec::Decode(bytes, limits);
  if (decoded) return image::ToUpright(decoded->image);
  const Error& error = decoded.error();
  if (error.code == ErrorCode::kEngineFailure) return tl::unexpected(error);  // want of memory is not its fault
  if (error.code == ErrorCode::kTooManyPixels) {
    const std::string text = fmt::format("The template has more than {} megapixels.", limits.pixels_max / 1'000'000);
    return Fail(ErrorCode::kBadRequest, text, text);
  }
  return Fail(ErrorCode::kBadRequest, "template: " + error.message,
              "The template can't be read: " + std::string(error.Public()));
}

}  // namespace

Result<owner::Template> ReadTemplate(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> other,
                                     const Limits& limits) {
  ASSIGN_OR_RETURN(const image::Image one, ReadPicture(bytes, limits));
  if (other.empty()) return owner::FromTransparent(one);
  ASSIGN_OR_RETURN(const image::Image two, ReadPicture(other, limits));
  return owner::FromTwoGrounds(one, two);
}

}  // namespace removr::engine
