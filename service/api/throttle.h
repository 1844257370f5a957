// How often one may ask: token buckets for network addresses, for keys and sessions, and for wrong keys; and the fields
// that tell a client where it stands (draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy`, `RateLimit`).
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "service/http/message.h"
#include "service/http/rate_limiter.h"

namespace removr::api {

struct Rates {
  // Of one key or session whose plan says nothing else; an address may ask kAddressShare times as often. 0: as often as
  // they like.
  int requests_per_minute = 3000;
  std::map<std::string, int, std::less<>> by_plan = {};
};

// Thread-safe. `now` is Clock::Monotonic.
class Throttle {
 public:
  // Several people may share an address.
  static constexpr int kAddressShare = 4;

  explicit Throttle(Rates rates) : rates_(std::move(rates)) {}

  // The 429 where `client` (BaseUrl::Client) asks too often.
  std::optional<http::Response> RefuseAddress(std::string_view client, std::chrono::nanoseconds now);

  // The 429 that a further wrong key gets. Right keys from the same address still work: otherwise one script with a
  // revoked key would shut out whoever shares its address, and a guess among 62^32 keys needs no other bound.
  std::optional<http::Response> RefuseWrongKey(std::string_view client, std::chrono::nanoseconds now);

  // What is said to one key or session about this request.
  struct Ticket {
    std::string policy, state;              // of the two fields; "" where there is no bound
    std::optional<http::Response> refusal;  // complete
    void Describe(http::Response& response) const;
  };
  // `name`: a key's id, or an account's for its sessions.
  Ticket Take(std::string_view name, std::string_view plan, std::chrono::nanoseconds now);

 private:
  // As many names are remembered as an attacker with a large network can make, in some tens of megabytes.
  static constexpr std::size_t kNamesMax = 100'000;

  const Rates rates_;
  http::RateLimiter addresses_{{}, kNamesMax};
  http::RateLimiter askers_{{}, kNamesMax};
  http::RateLimiter wrong_keys_{{.burst = 100, .refill = std::chrono::seconds(1)}, kNamesMax};
};

}  // namespace removr::api
