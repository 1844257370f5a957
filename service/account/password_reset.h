// A forgotten password: a link that works once and for an hour. An operator makes it and hands it to the person.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "service/store/database.h"

namespace removr::account {

inline constexpr std::chrono::milliseconds kResetLasts = std::chrono::hours(1);

// The token of a new link; the account's earlier link works no more. Only its SHA-256 is kept. kNotFound where there is
// no such open account.
Result<std::string> MakeResetToken(store::Transaction& transaction, std::string_view account_id, Timestamp now);

// The page that takes a token, below the site's address. Behind '#' it is sent to no server and stands in no log.
std::string ResetPath(std::string_view token);

// Sets the token's account's password, uses the token up and ends all sessions. Hashes. kGone, with a public text,
// where the token is unknown, used or too old, and kBadRequest for a password that will not do: the token still works
// then.
Status ResetPassword(store::Database& database, std::string_view token, std::string_view password, Timestamp now);

}  // namespace removr::account
