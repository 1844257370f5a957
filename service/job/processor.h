// What a worker needs of the engine, and no more, so that the service never includes a pixel.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/probe.h"
#include "base/result.h"
#include "service/job/wishes.h"

namespace removr::job {

// The values of api.md, section 6.
enum class Verdict { kClean, kResidual, kNoOverlayFound };

// What is asked of one image. The views live as long as the call.
struct Assignment {
  std::span<const std::uint8_t> bytes;
  std::span<const std::uint8_t> mask;            // a file, painted by hand; empty: none
  std::span<const std::uint8_t> owner_template;  // a file, the overlay itself; empty: none
  Wishes wishes;
  std::chrono::milliseconds time_limit = std::chrono::minutes(1);  // wall time; beyond it the image costs a try
};

struct ProcessedImage {
  // The result; the original's bytes where no overlay was found and no other format was asked for; empty for kDetect.
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> mask_png;  // 8-bit gray, 255 where pixels changed, or would; empty: none
  Verdict verdict = Verdict::kNoOverlayFound;
  Format original_format = Format::kJpeg;
  Format format = Format::kJpeg;  // of the result
  int width = 0, height = 0;      // as a viewer shows the image
  double changed_fraction = 0;
  std::string findings_json;  // a JSON array: [{"kind","box":[x,y,w,h],"confidence"}]
  std::string receipt_json;   // a JSON object, members of the image's: engine, model, outsideMaskMaxDifference ...
};

// Thread-safe.
class Processor {
 public:
  virtual ~Processor() = default;
  // Errors that are the image's own fault, and final: kUnsupportedFormat, kCorruptImage, kTooManyPixels, kAnimated,
  // kMaskMismatch. kTimeout (the assignment's time was over; it does not take longer) and kEngineFailure count as a
  // try. Anything else is the surroundings' fault and counts nothing.
  virtual Result<ProcessedImage> Process(const Assignment& assignment) = 0;
};

}  // namespace removr::job
