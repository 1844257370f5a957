// What the handlers share and change from request to request. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "service/api/figures.h"
#include "service/api/places.h"
#include "service/api/quota.h"
#include "service/api/static_files.h"
#include "service/api/throttle.h"
#include "service/http/rate_limiter.h"
#include "service/ledger/rules.h"

namespace removr::api {

struct State {
  State(Rates rates, std::int64_t account_disk_bytes) : throttle(std::move(rates)), quota(account_disk_bytes) {}

  Throttle throttle;
  Quota quota;
  std::string version;
  std::string metrics_token;
  Figures figures;
  ledger::Credits signup_credits = 0;
  // Each holds a connection, and asks the database twice a second.
  Places streams{{.all = 128, .per_name = 4}};
  // Requests with a body from people who are not signed in, by address: slow ones leave room for uploads.
  Places visitor_bodies{{.all = 32, .per_name = 16}};

  // Guessing passwords: by the network address that tries, and by the account that is tried. The second also holds
  // where the address is another each time; then the account's own person has to wait as well.
  http::RateLimiter attempts_by_address{{.burst = 20, .refill = std::chrono::seconds(6)}, 100'000};
  http::RateLimiter attempts_by_account{{.burst = 10, .refill = std::chrono::seconds(30)}, 100'000};
  // Mails that somebody else may have asked for.
  http::RateLimiter reset_mails_by_account{{.burst = 3, .refill = std::chrono::minutes(10)}, 100'000};
  http::RateLimiter sign_ups_by_address{{.burst = 30, .refill = std::chrono::minutes(2)}, 100'000};

  // Detection is free, so it is bounded.
  http::RateLimiter detections_by_account{{.burst = 60, .refill = std::chrono::seconds(1)}, 100'000};
  std::atomic<int> waiting = 0;  // submissions that wait for their job (Prefer: wait)

  std::optional<StaticFiles> app;  // nullopt: the server has the API alone
};

}  // namespace removr::api
