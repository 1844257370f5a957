#include "service/store/s3_listing.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace removr::store {
namespace {

// What lies between the next <name> and its </name>; `xml` is moved behind it. Only for elements that hold none of
// their own name, which all of S3's are.
std::optional<std::string_view> Take(std::string_view& xml, std::string_view name) {
  const std::string open = "<" + std::string(name);
  for (std::size_t at = 0; (at = xml.find(open, at)) != std::string_view::npos;) {
    at += open.size();
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos) return std::nullopt;
    if (end != at && xml[at] != ' ') continue;  // a longer name
    const std::size_t close = xml.find("</" + std::string(name) + ">", end);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view inside = xml.substr(end + 1, close - end - 1);
    xml.remove_prefix(close + name.size() + 3);
    return inside;
  }
  return std::nullopt;
}

// The character that "&...;" stands for; only those that an ASCII key may hold.
std::optional<char> Entity(std::string_view name) {
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, c] : kNamed) {
    if (name == known) return c;
  }
  const bool is_hex = name.starts_with("#x");
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(is_hex ? 2 : 1);
  int code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
  if (error != std::errc() || end != name.data() + name.size() || code < 1 || code > 127) return std::nullopt;
  return static_cast<char>(code);
}

// nullopt for a text that uses what no key of ours and no token has.
std::optional<std::string> Text(std::string_view escaped) {
  std::string text;
  while (!escaped.empty()) {
    const std::size_t plain = std::min(escaped.find('&'), escaped.size());
    text += escaped.substr(0, plain);
    escaped.remove_prefix(plain);
    if (escaped.empty()) break;
    const std::size_t end = escaped.find(';');
    if (end == std::string_view::npos) return std::nullopt;
    const auto c = Entity(escaped.substr(1, end - 1));
    if (!c) return std::nullopt;
    text += *c;
    escaped.remove_prefix(end + 1);
  }
  return text;
}

std::optional<std::int64_t> Size(std::string_view digits) {
  std::int64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc() || end != digits.data() + digits.size() || size < 0) return std::nullopt;
  return size;
}

tl::unexpected<Error> NoListing() { return Fail(ErrorCode::kIo, "s3: the answer is no listing"); }

}  // namespace

Result<S3Listing> ParseS3Listing(std::string_view xml) {
  const auto root = Take(xml, "ListBucketResult");
  if (!root) return NoListing();
  S3Listing listing;
  for (std::string_view rest = *root; const auto contents = Take(rest, "Contents");) {
    std::string_view of_key = *contents, of_size = *contents;
    const auto key = Take(of_key, "Key");
    const auto size = Size(Take(of_size, "Size").value_or(""));
    if (!key || !size) return NoListing();
    // A key that cannot be read is another's object.
    if (auto text = Text(*key)) listing.objects.push_back({std::move(*text), *size});
  }
  for (std::string_view rest = *root; auto common = Take(rest, "CommonPrefixes");) {
    const auto prefix = Take(*common, "Prefix");
    if (!prefix) return NoListing();
    if (auto text = Text(*prefix)) listing.common_prefixes.push_back(std::move(*text));
  }
  std::string_view rest = *root;
  if (Take(rest, "IsTruncated").value_or("") != "true") return listing;
  rest = *root;
  const auto next = Take(rest, "NextContinuationToken");
  auto token = next ? Text(*next) : std::nullopt;
  if (!token || token->empty()) return NoListing();
  listing.next = std::move(*token);
  return listing;
}

std::string ParseS3ErrorCode(std::string_view xml) {
  constexpr std::size_t kMaxChars = 64;
  auto root = Take(xml, "Error");
  const auto code = root ? Take(*root, "Code") : std::nullopt;
  const bool is_name = code && code->size() <= kMaxChars && std::all_of(code->begin(), code->end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                       });
  return is_name ? std::string(*code) : std::string();
}

}  // namespace removr::store
