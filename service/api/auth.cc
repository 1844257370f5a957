#include "service/api/auth.h"

#include "service/http/text.h"

namespace removr::api {

std::optional<std::string_view> BearerToken(const http::Headers& headers) {
  static constexpr std::string_view kScheme = "bearer ";
  const auto fields = headers.FindAll("Authorization");
  if (fields.size() != 1 || !http::EqualsIgnoringCase(fields[0].substr(0, kScheme.size()), kScheme))
    return std::nullopt;
  const std::string_view token = http::Trim(fields[0].substr(kScheme.size()));
  if (token.empty()) return std::nullopt;
  return token;
}

Result<account::Identity> Authenticate(const http::Headers& headers, store::Database& database, Timestamp now) {
  const auto token = BearerToken(headers);
  if (!token) return Fail(ErrorCode::kUnauthorized, "no bearer token");
  return account::Authenticate(database, *token, now);
}

}  // namespace removr::api
