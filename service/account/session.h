// Sessions of people in the web app: a random token that the browser keeps in a cookie; the database has its SHA-256
// alone.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "service/account/account.h"
#include "service/store/database.h"

namespace removr::account {

// How long a session lasts after its last use, and how often such a use is written down.
inline constexpr std::chrono::milliseconds kSessionLasts = std::chrono::days(30);
inline constexpr std::chrono::milliseconds kSessionNotedEvery = std::chrono::hours(1);

struct Session {
  std::string token;
  Account account;
  // Its end was just moved: the browser's cookie should follow.
  bool extended = false;
};

// Opens one and returns its token. Removes sessions that have ended, of whatever account.
Result<std::string> OpenSession(store::Transaction& transaction, std::string_view account_id, Timestamp now);

// kUnauthorized where the token is of no living session of an open account. A use extends the session, at most once an
// hour, and not at all where the database is busy. Thread-safe.
Result<Session> FindSession(store::Database& database, std::string_view token, Timestamp now);

// A token of no session is no error.
Status EndSession(store::Transaction& transaction, std::string_view token);
// All of an account but the one of `kept_token` ("": all).
Status EndSessions(store::Transaction& transaction, std::string_view account_id, std::string_view kept_token = "");

// What the app sends with every request that changes something, and no other site can know.
std::string CsrfToken(std::string_view session_token);

}  // namespace removr::account
