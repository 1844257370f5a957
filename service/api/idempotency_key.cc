#include "service/api/idempotency_key.h"

#include <algorithm>

namespace removr::api {
namespace {

constexpr std::size_t kKeyMaxChars = 255;

bool IsVisibleAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Result<std::optional<std::string>> ReadIdempotencyKey(const http::Headers& headers) {
  const auto fields = headers.FindAll("Idempotency-Key");
  if (fields.empty()) return std::nullopt;
  std::string_view key = fields[0];
  const bool opens = key.starts_with('"');
  const bool closes = key.size() >= 2 && key.ends_with('"');
  if (opens && closes) key = key.substr(1, key.size() - 2);
  if (fields.size() > 1 || (opens && !closes) || key.empty() || key.size() > kKeyMaxChars || !IsVisibleAscii(key)) {
    return Fail(ErrorCode::kBadRequest, "bad Idempotency-Key",
                "The Idempotency-Key must be 1 to 255 visible ASCII characters.");
  }
  return std::string(key);
}

}  // namespace removr::api
