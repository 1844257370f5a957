// The session cookie of the web app, and what keeps other sites from using it (docs/web-api.md).
//
// A browser sends the cookie by itself, also where another site made it ask. Three things stand against that, each
// enough in a sound browser: SameSite=Lax; the browser's own word on where a request comes from; and a token that only
// the app can read, which follows from the session (account::CsrfToken).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/http/message.h"

namespace removr::api {

// The token in the session cookie; nullopt where there is none, or more than one. `secure`: the site is https.
std::optional<std::string> SessionToken(const http::Headers& headers, bool secure);

// Set-Cookie for a session that begins or goes on, and for one that has ended.
std::string SessionCookie(std::string_view token, bool secure);
std::string EndedSessionCookie(bool secure);

// kForbidden where the browser says that the request comes from another site than `origin` ("https://host:port").
// Programs that say nothing of it pass.
Status CheckSameSite(const http::Headers& headers, std::string_view origin);

// kForbidden where X-CSRF-Token is not the session's.
Status CheckCsrfToken(const http::Headers& headers, std::string_view session_token);

}  // namespace removr::api
