#include "service/api/paging.h"

#include <algorithm>

#include "service/http/text.h"

namespace removr::api {
namespace {

constexpr std::uint64_t kLimitMax = 100;
constexpr std::size_t kCursorMaxBytes = 300;

tl::unexpected<Error> Refuse(const std::string& text) { return Fail(ErrorCode::kBadRequest, text, text); }

}  // namespace

Result<std::optional<std::string>> QueryParameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != name) continue;
    std::string raw(pair.substr(std::min(equals + 1, pair.size())));
    std::replace(raw.begin(), raw.end(), '+', ' ');  // as forms and URLSearchParams write a space
    auto value = http::PercentDecode(raw);
    if (!value || !http::IsValidUtf8(*value)) return Refuse("`" + std::string(name) + "` has a malformed escape.");
    return value;
  }
  return std::optional<std::string>();
}

Result<Page> ReadPage(std::string_view query) {
  Page page;
  ASSIGN_OR_RETURN(const auto cursor, QueryParameter(query, "cursor"));
  ASSIGN_OR_RETURN(const auto limit, QueryParameter(query, "limit"));
  page.cursor = cursor.value_or("");
  if (page.cursor.size() > kCursorMaxBytes) return Refuse("`cursor` is not one that was given.");
  if (limit) {
    const auto number = http::ParseDecimal(*limit);
    if (!number || *number < 1 || *number > kLimitMax) return Refuse("`limit` must be 1 to 100.");
    page.limit = static_cast<int>(*number);
  }
  return page;
}

}  // namespace removr::api
