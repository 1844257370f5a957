#include "engine/codec/decode.h"

#include <exception>
#include <new>

#include "engine/codec/formats.h"

namespace removr::codec {
namespace {

struct Row {
  Format format;
  Result<image::Image> (*decode)(ByteView, const Limits&);
};
constexpr Row kFormats[] = {
    {Format::kJpeg, DecodeJpeg},
    {Format::kPng, DecodePng},
    {Format::kWebp, DecodeWebp},
};

}  // namespace

Result<Decoded> Decode(ByteView bytes, const Limits& limits) try {
  const auto format = SniffFormat(bytes);
  for (const Row& row : kFormats) {
    if (row.format != format) continue;
    ASSIGN_OR_RETURN(image::Image image, row.decode(bytes, limits));
    return Decoded{std::move(image), row.format};
  }
  return Fail(ErrorCode::kUnsupportedFormat, "no known magic number");
} catch (const std::exception& e) {  // memory ran out: std::bad_alloc, or OpenCV's own
  return Fail(ErrorCode::kEngineFailure, std::string("decode: ") + e.what());
}

}  // namespace removr::codec
