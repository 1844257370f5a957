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

// Thread-safe. Memory is bounded: of the names that came last at least `names_max` are remembered, and at most twice as
// many; a name forgotten begins with a full bucket.
class RateLimiter {
 public:
  RateLimiter(Rate rate, std::size_t names_max) : rate_(rate), names_max_(names_max) {}

  // Takes one; nullopt: granted. Else nothing is taken, and this is how long until one can be. `now` never goes back
  // (Clock::Monotonic).
  std::optional<std::chrono::nanoseconds> Take(std::string_view name, std::chrono::nanoseconds now);

 private:
  using FullAt = std::unordered_map<std::string, std::chrono::nanoseconds>;

  const Rate rate_;
  const std::size_t names_max_;
  std::mutex mutex_;
  FullAt young_, old_;  // when the young have become too many they become the old, which are forgotten
};

}  // namespace removr::http
