// Any bytes that begin as a WebP: no crash, and within the limits.
#include "engine/codec/formats.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace removr;
  const auto image = codec::DecodeWebp({data, size}, fuzz::kLimits);
  if (!image) {
    fuzz::RequireFilesFault(image.error());
    return 0;
  }
  fuzz::Require(std::int64_t{image->width()} * image->height() <= fuzz::kLimits.pixels_max,
                "the size is within its limit");
  fuzz::Require(image->orientation >= 1 && image->orientation <= 8, "the orientation is one of eight");
  return 0;
}
