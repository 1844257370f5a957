#include "service/api/exchange_log.h"

#include <algorithm>

#include "base/log.h"
#include "service/account/key_format.h"

namespace removr::api {
namespace {

constexpr std::size_t kPathMaxBytes = 300;

bool IsKeyCharacter(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string LoggedPath(std::string_view path) {
  std::string logged(path.substr(0, kPathMaxBytes));
  for (std::size_t at = 0; (at = logged.find(account::kKeyStart, at)) != std::string::npos;) {
    at = std::min(at + account::kKeyPrefixChars, logged.size());
    const auto end = std::find_if_not(logged.begin() + static_cast<std::ptrdiff_t>(at), logged.end(), IsKeyCharacter);
    logged.erase(logged.begin() + static_cast<std::ptrdiff_t>(at), end);
  }
  return logged;
}

void LogExchange(const http::Exchange& exchange) {
  const http::Request& request = exchange.request;
  const log::Field fields[] = {
      {"requestId", request.id},
      {"peer", request.peer_address},
      {"method", request.method},
      {"path", LoggedPath(request.path)},
      {"route", std::string(exchange.route)},
      {"status", std::int64_t{exchange.status}},
      {"receivedBytes", static_cast<std::int64_t>(exchange.received_bytes)},
      {"sentBytes", static_cast<std::int64_t>(exchange.sent_bytes)},
      {"ms", static_cast<double>(exchange.took.count() / 1000) / 1000},
  };
  log::Info("request");
}

}  // namespace removr::api
