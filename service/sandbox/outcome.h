// What an engine's process leaves behind: an image or an error, flat in shared memory.
//
// The writer may have been taken over by the image that it worked on. What it says about that image is believed as far
// as it can be true; what it says can harm nothing else. Fuzzed (fuzz/outcome_fuzz.cc).
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "service/job/processor.h"

namespace removr::sandbox {

// Writes it to the beginning of `buffer`; kEngineFailure takes the place of an image that is larger than that.
void WriteOutcome(const Result<job::ProcessedImage>& outcome, std::span<std::uint8_t> buffer);

// kEngineFailure where nothing was written, or something that no engine writes: sizes beyond the buffer, a file that is
// not of its format, a code that is not an image's (processor.h lists them).
Result<job::ProcessedImage> ReadOutcome(std::span<const std::uint8_t> buffer);

}  // namespace removr::sandbox
