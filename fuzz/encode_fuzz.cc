// Any file that decodes can be edited, and the result is the file with that edit. The last byte chooses the mask.
#include <algorithm>
#include <opencv2/core.hpp>

#include "engine/codec/decode.h"
#include "engine/codec/encode.h"
#include "engine/codec/webp_chunks.h"
#include "fuzz/fuzz.h"

namespace {

using namespace removr;

cv::Rect Choose(std::uint8_t choice, cv::Size size) {
  const int x = size.width * (choice & 3) / 4, y = size.height * (choice >> 2 & 3) / 4;
  const int width = 1 + (size.width - x - 1) * (choice >> 4 & 3) / 3,
            height = 1 + (size.height - y - 1) * (choice >> 6) / 3;
  return {x, y, width, height};
}

void CheckResult(const codec::Decoded& before, const image::Image& cleaned, std::span<const std::uint8_t> file) {
  const auto after = codec::Decode(file, fuzz::kLimits);
  fuzz::Require(after.has_value(), "what was encoded can be decoded");
  fuzz::Require(after->format == before.format, "the format stays");
  fuzz::Require(after->image.pixels.size() == cleaned.pixels.size(), "the size stays");
  fuzz::Require(after->image.model == cleaned.model, "the colour model stays");
  fuzz::Require(after->image.pixels.depth() == cleaned.pixels.depth(), "the depth stays");
  fuzz::Require(after->image.orientation == cleaned.orientation, "the orientation stays");
  const auto has = [&](std::string_view type) { return !codec::FindWebpChunk(file, type).empty(); };
  if (before.format == Format::kPng || (before.format == Format::kWebp && has("VP8L") && !has("VP8 "))) {
    fuzz::Require(cv::norm(after->image.pixels, cleaned.pixels, cv::NORM_INF) == 0, "what is lossless is exact");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t choice = data[size - 1];
  const bool is_png = SniffFormat({data, size}) == Format::kPng;
  const auto file = is_png ? fuzz::WithRightCrcs({data, size}) : std::vector<std::uint8_t>(data, data + size);
  const auto decoded = codec::Decode(file, fuzz::kLimits);
  if (!decoded) return 0;
  image::Image cleaned = decoded->image;
  cleaned.pixels = cleaned.pixels.clone();
  const cv::Rect where = Choose(choice, cleaned.pixels.size());
  image::Mask mask(cleaned.pixels.size(), CV_8UC1, 0.0);
  mask(where).setTo(255);
  image::WriteRgb(cleaned, where, cv::Mat(where.size(), CV_32FC3, cv::Scalar(0.2, 0.5, 0.9)), mask(where));
  const auto encoded = codec::Encode(file, cleaned, mask, fuzz::kLimits);
  if (!encoded) {
    std::cerr << encoded.error().message << "\n";
    fuzz::Require(false, "what was decoded can be encoded");
  }
  CheckResult(*decoded, cleaned, *encoded);
  return 0;
}
