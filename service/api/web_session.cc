#include "service/api/web_session.h"

#include <chrono>

#include "service/account/secret.h"
#include "service/account/session.h"
#include "service/http/text.h"

namespace removr::api {
namespace {

// The prefix makes browsers refuse a cookie of that name that another host, or plain http, has set (RFC
// 6265bis, 4.1.3.2).
constexpr std::string_view CookieName(bool secure) { return secure ? "__Host-removr_session" : "removr_session"; }

std::string Cookie(std::string_view value, std::chrono::seconds max_age, bool secure) {
  return std::string(CookieName(secure)) + "=" + std::string(value) +
         "; Path=/; Max-Age=" + std::to_string(max_age.count()) + "; HttpOnly; SameSite=Lax" +
         (secure ? "; Secure" : "");
}

tl::unexpected<Error> Forbid(std::string why, std::string public_text) {
  return Fail(ErrorCode::kForbidden, std::move(why), std::move(public_text));
}

}  // namespace

std::optional<std::string> SessionToken(const http::Headers& headers, bool secure) {
  std::optional<std::string> token;
  for (std::string_view field : headers.FindAll("Cookie")) {
    while (!field.empty()) {
      const std::string_view pair = http::Trim(field.substr(0, field.find(';')));
      field.remove_prefix(std::min(field.size(), field.find(';') == field.npos ? field.size() : field.find(';') + 1));
      const auto equals = pair.find('=');
      if (equals == pair.npos || pair.substr(0, equals) != CookieName(secure)) continue;
      if (token) return std::nullopt;  // someone else has set one beside ours
      token = pair.substr(equals + 1);
    }
  }
  return token;
}

std::string SessionCookie(std::string_view token, bool secure) {
  return Cookie(token, std::chrono::duration_cast<std::chrono::seconds>(account::kSessionLasts), secure);
}

std::string EndedSessionCookie(bool secure) { return Cookie("", std::chrono::seconds(0), secure); }

Status CheckSameSite(const http::Headers& headers, std::string_view origin) {
  // No script can set either. Sec-Fetch-Site is the browser's own comparison, which needs no knowledge of proxies, but
  // comes over https and from localhost alone.
  if (const auto site = headers.Find("Sec-Fetch-Site")) {
    if (*site == "same-origin" || *site == "none") return {};
    return Forbid("a request from a site that is " + std::string(*site), "This request came from another site.");
  }
  const auto from = headers.Find("Origin");
  if (!from || http::EqualsIgnoringCase(*from, origin)) return {};
  return Forbid("a request from origin " + std::string(*from) + " to " + std::string(origin),
                "This request came from another site. Behind a proxy, the server needs its --public-url.");
}

Status CheckCsrfToken(const http::Headers& headers, std::string_view session_token) {
  const auto fields = headers.FindAll("X-CSRF-Token");
  if (fields.size() == 1 && account::SameSecret(fields[0], account::CsrfToken(session_token))) return {};
  return Forbid("no or a wrong X-CSRF-Token", "The page is out of date. Reload it and try again.");
}

}  // namespace removr::api
