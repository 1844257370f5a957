// What a worker needs of the engine, and no more, so that the service never includes a pixel.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/probe.h"
#include "base/result.h"

namespace removr::job {

// The values of api.md, section 6.
enum class Verdict { kClean, kResidual, kNoOverlayFound };

struct ProcessedImage {
  std::vector<std::uint8_t> bytes;  // the result; the original's bytes where no overlay was found
  Verdict verdict = Verdict::kNoOverlayFound;
  Format format = Format::kJpeg;
  int width = 0, height = 0;  // as a viewer shows the image
  double changed_fraction = 0;
  std::string findings_json;  // a JSON array: [{"kind","box":[x,y,w,h],"confidence"}]
};

// Thread-safe.
class Processor {
 public:
  virtual ~Processor() = default;
  // Errors that are the image's own fault, and final: kUnsupportedFormat, kCorruptImage, kTooManyPixels, kAnimated,
  // kMaskMismatch. kTimeout and kEngineFailure count as a try. Anything else is the surroundings' fault and counts
  // nothing.
  virtual Result<ProcessedImage> Process(std::span<const std::uint8_t> bytes) = 0;
};

}  // namespace removr::job
