// Token buckets, one for each name: an address, an account. As the generic cell rate algorithm has it, a bucket is one
// time, the one at which it will be full again.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace removr::http {

struct Rate {
  int burst = 1;                       // so many at once
  std::chrono::nanoseconds refill{0};  // then one each
};
// A minute's worth at once, and then one at a time. `count` is at least 1.
inline Rate PerMinute(int count) {
  return {.burst = count, .refill = std::chrono::nanoseconds(std::chrono::minutes(1)) / count};
}

// What became of an attempt to take one.
struct Taken {
  std::chrono::nanoseconds wait{0};  // until one can be taken; 0: it was
  int left = 0;                      // that could be taken at once now
  std::chrono::nanoseconds full_in{0};
  bool granted() const { return wait == std::chrono::nanoseconds(0); }
};

// Thread-safe. Memory is bounded: of the names that came last at least `names_max` are remembered, and at most twice as
// many; a name forgotten begins with a full bucket.
class RateLimiter {
 public:
  RateLimiter(Rate rate, std::size_t names_max) : rate_(rate), names_max_(names_max) {}

  // Takes one, or nothing where the bucket is empty. `now` never goes back (Clock::Monotonic).
  Taken Take(std::string_view name, const Rate& rate, std::chrono::nanoseconds now);
  // At the limiter's own rate; nullopt: granted, else how long until one can be taken.
  std::optional<std::chrono::nanoseconds> Take(std::string_view name, std::chrono::nanoseconds now);

 private:
  using FullAt = std::unordered_map<std::string, std::chrono::nanoseconds>;

  const Rate rate_;
  const std::size_t names_max_;
  std::mutex mutex_;
  FullAt young_, old_;  // when the young have become too many they become the old, which are forgotten
};

}  // namespace removr::http
