#include "service/http/response_head.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

namespace removr::http {
namespace {

constexpr std::size_t kRequestIdMaxChars = 128;

// The phrases of RFC 9110 for what we send; clients ignore them.
constexpr auto kPhrases = std::to_array<std::pair<int, std::string_view>>({
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
});

std::string_view Phrase(int status) {
  for (const auto& [code, phrase] : kPhrases) {
    if (code == status) return phrase;
  }
  return "Unknown";
}

void AppendField(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  for (const char c : value) head.push_back(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
  head.append("\r\n");
}

}  // namespace

std::string FormatHead(const Response& response, const HeadContext& context) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, Phrase(response.status));
  for (const Header& field : response.headers) AppendField(head, field.name, field.value);
  AppendField(head, "Date", FormatHttpDate(context.now));
  AppendField(head, "X-Request-Id", context.request_id);
  if (response.status != 204 && response.status != 304 && !response.live) {
    const std::uint64_t length = response.source ? response.source_bytes : response.body.size();
    AppendField(head, "Content-Length", std::to_string(length));
  }
  if (context.close) AppendField(head, "Connection", "close");
  return head.append("\r\n");
}

std::string FormatHttpDate(Timestamp time) {
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = time.unix_ms / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[static_cast<std::size_t>(utc.tm_wday)],
                     utc.tm_mday, kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

bool IsSaneRequestId(std::string_view text) {
  return !text.empty() && text.size() <= kRequestIdMaxChars && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && std::string_view("._-:=+/").find(c) != std::string_view::npos);
  });
}

std::string MakeRequestId() {
  std::array<unsigned char, 16> random{};
  // Fails only for more than 256 bytes, or on a kernel without the call.
  if (getentropy(random.data(), random.size()) != 0) return "unknown";
  std::string id;
  for (const unsigned char byte : random) id += fmt::format("{:02x}", byte);
  return id;
}

}  // namespace removr::http
