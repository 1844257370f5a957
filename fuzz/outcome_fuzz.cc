// What a process that was taken over may leave for the worker: any bytes. They give an error, or an image that is of
// its format and whose parts lie within them.
#include "fuzz/fuzz.h"
#include "service/sandbox/outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace removr;
  const auto image = sandbox::ReadOutcome({data, size});
  if (!image) {
    fuzz::Require(image.error().message.size() < 400, "what is logged has a bound");
    return 0;
  }
  fuzz::Require(image->width > 0 && image->height > 0, "an image has a size");
  fuzz::Require(image->bytes.size() + image->mask_png.size() + image->findings_json.size() < size, "parts lie within");
  fuzz::Require(image->bytes.empty() || SniffFormat(image->bytes) == image->format, "a file is of its format");
  return 0;
}
