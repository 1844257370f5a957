#include "service/http/rate_limiter.h"

#include <algorithm>
#include <utility>

namespace removr::http {

std::optional<std::chrono::nanoseconds> RateLimiter::Take(std::string_view name, std::chrono::nanoseconds now) {
  const Taken taken = Take(name, rate_, now);
  return taken.granted() ? std::nullopt : std::optional(taken.wait);
}

Taken RateLimiter::Take(std::string_view name, const Rate& rate, std::chrono::nanoseconds now) {
  const std::lock_guard lock(mutex_);
  std::string key(name);
  std::chrono::nanoseconds full_at = now;
  if (const auto young = young_.find(key); young != young_.end()) {
    full_at = std::max(now, young->second);
  } else if (const auto old = old_.find(key); old != old_.end()) {
    full_at = std::max(now, old->second);
  }
  const auto wait = full_at - now - (rate.burst - 1) * rate.refill;
  if (wait > std::chrono::nanoseconds(0)) return {.wait = wait, .left = 0, .full_in = full_at - now};
  if (young_.size() >= names_max_) old_ = std::exchange(young_, {});
  full_at += rate.refill;
  young_[std::move(key)] = full_at;
  // What is missing, in whole ones.
  const auto missing =
      rate.refill.count() > 0 ? (full_at - now + rate.refill - std::chrono::nanoseconds(1)) / rate.refill : 0;
  return {.wait = {}, .left = rate.burst - static_cast<int>(missing), .full_in = full_at - now};
}

}  // namespace removr::http
