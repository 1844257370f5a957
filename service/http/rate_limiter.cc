#include "service/http/rate_limiter.h"

#include <algorithm>
#include <utility>

namespace removr::http {

std::optional<std::chrono::nanoseconds> RateLimiter::Take(std::string_view name, std::chrono::nanoseconds now) {
  const std::lock_guard lock(mutex_);
  std::string key(name);
  std::chrono::nanoseconds full_at = now;
  if (const auto young = young_.find(key); young != young_.end()) {
    full_at = std::max(now, young->second);
  } else if (const auto old = old_.find(key); old != old_.end()) {
    full_at = std::max(now, old->second);
  }
  const auto wait = full_at - now - (rate_.burst - 1) * rate_.refill;
  if (wait > std::chrono::nanoseconds(0)) return wait;
  if (young_.size() >= names_max_) old_ = std::exchange(young_, {});
  young_[std::move(key)] = full_at + rate_.refill;
  return std::nullopt;
}

}  // namespace removr::http
