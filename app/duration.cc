#include "app/duration.h"

#include <charconv>
#include <string>

namespace removr::app {

Result<std::chrono::seconds> ParseDuration(std::string_view text) {
  constexpr std::int64_t kDay = 86'400, kLongest = 3650 * kDay;
  std::int64_t count = 0;
  const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view rest = text.substr(static_cast<std::size_t>(unit - text.data()));
  const std::int64_t factor = rest == "s" ? 1 : rest == "m" ? 60 : rest == "h" ? 3600 : rest == "d" ? kDay : 0;
  if (error != std::errc() || factor == 0 || count < 1 || count > kLongest / factor) {
    return Fail(ErrorCode::kBadRequest, "\"" + std::string(text) + "\" is no duration like 45s, 30m, 24h or 7d");
  }
  return std::chrono::seconds(count * factor);
}

}  // namespace removr::app
