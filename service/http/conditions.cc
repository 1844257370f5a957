#include "service/http/conditions.h"

#include <algorithm>
#include <limits>

#include "service/http/text.h"

namespace removr::http {
namespace {

constexpr std::string_view kUnit = "bytes=";

// A number too large for 64 bits is as good as the largest: it lies behind every file's end.
std::optional<std::uint64_t> ParsePosition(std::string_view text) {
  const bool digits =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  return ParseDecimal(text).value_or(std::numeric_limits<std::uint64_t>::max());
}

RangeAnswer LastBytes(std::uint64_t count, std::uint64_t file_bytes) {
  const std::uint64_t size = std::min(count, file_bytes);
  if (size == 0) return Unsatisfiable{};
  return ByteRange{file_bytes - size, size};
}

}  // namespace

RangeAnswer ParseRange(std::string_view field, std::uint64_t file_bytes) {
  field = Trim(field);
  if (!EqualsIgnoringCase(field.substr(0, kUnit.size()), kUnit)) return WholeFile{};
  const std::string_view spec = Trim(field.substr(kUnit.size()));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return WholeFile{};
  const auto first = ParsePosition(spec.substr(0, dash));
  const auto last = ParsePosition(spec.substr(dash + 1));
  if (dash == 0) return last ? LastBytes(*last, file_bytes) : RangeAnswer(WholeFile{});
  const bool open_end = dash + 1 == spec.size();
  if (!first || (!last && !open_end) || (last && *last < *first)) return WholeFile{};
  if (*first >= file_bytes) return Unsatisfiable{};
  const std::uint64_t end = open_end ? file_bytes : std::min(*last, file_bytes - 1) + 1;
  return ByteRange{*first, end - *first};
}

bool NamesEtag(std::string_view if_none_match, std::string_view etag) {
  std::string_view rest = Trim(if_none_match);
  if (rest == "*") return true;
  while (!rest.empty()) {
    if (rest.starts_with("W/")) rest.remove_prefix(2);
    const auto close = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
    if (close == std::string_view::npos) return false;
    if (rest.substr(0, close + 1) == etag) return true;
    rest.remove_prefix(close + 1);
    const auto next = rest.find_first_not_of(", \t");
    rest = next == std::string_view::npos ? std::string_view() : rest.substr(next);
  }
  return false;
}

RangeAnswer RequestedRange(const Headers& headers, std::string_view etag, std::uint64_t file_bytes) {
  const auto range = headers.Find("Range");
  if (!range) return WholeFile{};
  const auto condition = headers.Find("If-Range");
  if (condition && *condition != etag) return WholeFile{};
  return ParseRange(*range, file_bytes);
}

bool IsNotModified(const Headers& headers, std::string_view etag) {
  const auto fields = headers.FindAll("If-None-Match");
  return std::any_of(fields.begin(), fields.end(), [&](std::string_view field) { return NamesEtag(field, etag); });
}

}  // namespace removr::http
