// Any bytes: no crash, and what is told makes sense.
#include "base/probe.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace removr;
  const std::span bytes(data, size);
  const auto probe = ProbeImage(bytes);
  if (!probe) {
    fuzz::RequireFilesFault(probe.error());
    return 0;
  }
  fuzz::Require(probe->width > 0 && probe->height > 0, "a size is positive");
  fuzz::Require(SniffFormat(bytes) == probe->format, "the format is that of the magic number");
  return 0;
}
