// The small text rules that HTTP's grammars share (RFC 9110, section 5.6; RFC 3986, section 2.1). ASCII, no locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace removr::http {

bool EqualsIgnoringCase(std::string_view a, std::string_view b);
std::string LowerCase(std::string_view text);

// Without the spaces and tabs at both ends.
std::string_view Trim(std::string_view text);

// RFC 9110 token characters, at least one.
bool IsToken(std::string_view text);
bool IsTokenChar(char c);

// A decimal number without sign or spaces; nullopt where it is anything else or does not fit.
std::optional<std::uint64_t> ParseDecimal(std::string_view text);

// With each %XX as its byte; nullopt where a '%' has not two hexadecimal digits behind it.
std::optional<std::string> PercentDecode(std::string_view text);

// With every byte but RFC 3986's unreserved ones as %XX.
std::string PercentEncode(std::string_view text);

// The decoded segments of a path that begins with '/': "/a/b%20c" gives "a", "b c"; "/" gives one empty segment.
// nullopt where a segment does not decode, or decodes to what is not UTF-8 or has a NUL.
std::optional<std::vector<std::string>> SplitPath(std::string_view path);

bool IsValidUtf8(std::string_view text);
// Valid UTF-8 as it is; anything else is read as ISO 8859-1, the only other charset that old clients send.
std::string ToUtf8(std::string_view text);

}  // namespace removr::http
