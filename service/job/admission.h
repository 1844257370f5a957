// Whether the queue takes in more work, and how long to wait where it does not.
//
// A queue is full by whichever comes first: images, their decoded pixels (the time that they will take), their bytes
// (the disk). Memory is no matter of the queue, since what waits lies on disk: the workers bound it (service/sandbox).
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "service/store/database.h"

namespace removr::job {

struct Load {
  std::int64_t images = 0;
  std::int64_t pixels = 0;
  std::int64_t bytes = 0;  // of originals

  bool operator==(const Load&) const = default;
};
inline Load operator+(const Load& a, const Load& b) {
  return {a.images + b.images, a.pixels + b.pixels, a.bytes + b.bytes};
}

// Pure. True where nothing of `load` is beyond its bound.
bool IsWithin(const Load& load, const Load& bound);

// Pure. How long until `excess` (what is beyond the bounds; 0 and less: nothing) has been worked off, where `drained`
// was within the last `span`. 1 s to 10 min; where nothing was drained, `span`.
std::chrono::seconds DrainTime(const Load& excess, const Load& drained, std::chrono::seconds span);

// The pixels that decoding a file will give, from its beginning (kHeadBytes of it, where it is so long) and its size. 0
// where it is no image, a guess where a long head of metadata hides the size.
inline constexpr std::size_t kHeadBytes = 64 << 10;
std::int64_t PixelsExpected(std::span<const std::uint8_t> head, std::int64_t size_bytes, const Limits& limits);

// What waits.
Result<Load> ReadWaiting(store::Transaction& transaction);

// What was finished since then, well or not.
Result<Load> ReadDrained(store::Transaction& transaction, Timestamp since);

}  // namespace removr::job
