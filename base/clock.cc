#include "base/clock.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace removr {

std::string FormatRfc3339(Timestamp time) {
  const std::time_t seconds = static_cast<std::time_t>(time.unix_ms / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

Timestamp SystemClock::Now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

std::chrono::nanoseconds SystemClock::Monotonic() const {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace removr
