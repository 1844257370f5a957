// A short walk on what fuzz/ does for long: damaged files are refused with the right code, or decode to something that
// can be edited and decoded again.
#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "engine/codec/decode.h"
#include "engine/codec/encode.h"
#include "engine/codec/samples_test.h"

namespace removr::codec {
namespace {

constexpr Limits kLimits{.pixels_max = 1 << 16, .jpeg_scans_max = 30};

Bytes Mutate(Bytes bytes, cv::RNG& random) {
  const int size = static_cast<int>(bytes.size());
  for (int edits = random.uniform(1, 6); edits > 0; --edits) {
    // Headers are small, so half of all edits go there.
    const int at = random.uniform(0, random.uniform(0, 2) == 0 ? std::min(size, 64) : size);
    bytes[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(random.uniform(0, 256));
  }
  if (random.uniform(0, 8) == 0) bytes.resize(static_cast<std::size_t>(random.uniform(1, size)));
  return bytes;
}

bool IsTheFilesFault(ErrorCode code) {
  return code == ErrorCode::kUnsupportedFormat || code == ErrorCode::kCorruptImage ||
         code == ErrorCode::kTooManyPixels || code == ErrorCode::kAnimated;
}

// Whether the file could be decoded.
bool EditIfItDecodes(const Bytes& file) {
  const auto decoded = Decode(file, kLimits);
  if (!decoded) {
    EXPECT_TRUE(IsTheFilesFault(decoded.error().code)) << decoded.error().message;
    return false;
  }
  image::Image cleaned = decoded->image;
  cleaned.pixels = cleaned.pixels.clone();
  const cv::Rect where(0, cleaned.height() / 2, cleaned.width() / 2 + 1, 1);
  image::Mask mask(cleaned.pixels.size(), CV_8UC1, 0.0);
  mask(where).setTo(255);
  image::WriteRgb(cleaned, where, cv::Mat(where.size(), CV_32FC3, cv::Scalar::all(0.6)), mask(where));
  const auto encoded = Encode(file, cleaned, mask, kLimits);
  EXPECT_TRUE(encoded) << encoded.error().message;
  if (!encoded) return true;
  const auto again = Decode(*encoded, kLimits);
  EXPECT_TRUE(again && again->image.pixels.size() == cleaned.pixels.size());
  return true;
}

TEST(Mutation, DamagedFilesAreRefusedOrCanBeEdited) {
  cv::RNG random(2024);
  int decoded_count = 0, refused_count = 0;
  for (const auto& [name, bytes] : samples::All()) {
    SCOPED_TRACE(name);
    for (int trial = 0; trial < 40; ++trial) EditIfItDecodes(Mutate(bytes, random)) ? ++decoded_count : ++refused_count;
  }
  EXPECT_GT(decoded_count, 50);
  EXPECT_GT(refused_count, 50);
}

}  // namespace
}  // namespace removr::codec
