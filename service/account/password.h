// Passwords as Argon2id hashes (libsodium's crypto_pwhash_str, its "interactive" cost: 64 MiB, 2 passes, about a tenth
// of a second). Only a few are computed at the same time, so that many who sign in at once cannot take the machine's
// memory; the others wait. Never inside a transaction: it would hold the database for as long.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace removr::account {

// Characters of Unicode, not bytes.
inline constexpr std::size_t kPasswordMinChars = 10;
inline constexpr std::size_t kPasswordMaxChars = 200;

// The hash, with salt and parameters, as text. kBadRequest, with a public text, for a password too short or too long;
// kBusy where the memory for it is not to be had, or too many wait.
Result<std::string> HashPassword(std::string_view password);

// Compares in constant time. An empty `hash` is never right, and takes as long. kBusy as above.
Result<bool> PasswordMatches(const std::string& hash, std::string_view password);

}  // namespace removr::account
