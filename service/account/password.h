// Passwords as Argon2id hashes (libsodium's crypto_pwhash_str, its "interactive" cost: 64 MiB, 2 passes).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace removr::account {

inline constexpr std::size_t kPasswordMinBytes = 10;
inline constexpr std::size_t kPasswordMaxBytes = 1024;

// The hash, with salt and parameters, as text. kBadRequest, with a public text, for a password too short or too long;
// kBusy where the memory for it is not to be had.
Result<std::string> HashPassword(std::string_view password);

// Compares in constant time. An empty `hash` is never right, and takes as long.
bool PasswordMatches(const std::string& hash, std::string_view password);

}  // namespace removr::account
