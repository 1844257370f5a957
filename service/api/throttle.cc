#include "service/api/throttle.h"

#include <fmt/format.h>

#include "service/api/error_map.h"

namespace removr::api {
namespace {

using std::chrono::ceil;
using std::chrono::seconds;

Throttle::Ticket MakeTicket(std::string_view name, const http::Rate& rate, const http::Taken& taken) {
  Throttle::Ticket ticket{
      .policy = fmt::format("\"{}\";q={};w=60", name, rate.burst),
      .state = fmt::format("\"{}\";r={};t={}", name, taken.left, ceil<seconds>(taken.full_in).count()),
      .refusal = std::nullopt};
  if (taken.granted()) return ticket;
  ticket.refusal = RateLimited(ceil<seconds>(taken.wait), "Too many requests. Try again in a moment.");
  ticket.Describe(*ticket.refusal);
  return ticket;
}

}  // namespace

void Throttle::Ticket::Describe(http::Response& response) const {
  if (policy.empty()) return;
  response.headers.Set("RateLimit-Policy", policy);
  response.headers.Set("RateLimit", state);
}

std::optional<http::Response> Throttle::RefuseAddress(std::string_view client, std::chrono::nanoseconds now) {
  if (rates_.requests_per_minute == 0) return std::nullopt;
  const http::Rate rate = http::PerMinute(kAddressShare * rates_.requests_per_minute);
  return MakeTicket("address", rate, addresses_.Take(client, rate, now)).refusal;
}

std::optional<http::Response> Throttle::RefuseWrongKey(std::string_view client, std::chrono::nanoseconds now) {
  const auto wait = wrong_keys_.Take(client, now);
  if (!wait) return std::nullopt;
  return RateLimited(ceil<seconds>(*wait), "Too many requests without a valid API key. Try again later.");
}

Throttle::Ticket Throttle::Take(std::string_view name, std::string_view plan, std::chrono::nanoseconds now) {
  const auto of_plan = rates_.by_plan.find(plan);
  const int per_minute = of_plan == rates_.by_plan.end() ? rates_.requests_per_minute : of_plan->second;
  if (per_minute == 0) return {};
  const http::Rate rate = http::PerMinute(per_minute);
  return MakeTicket("key", rate, askers_.Take(name, rate, now));
}

}  // namespace removr::api
