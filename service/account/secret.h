// Secrets that the service hands out once (keys, session tokens, reset links), and what it keeps of them.
#pragma once

#include <string>
#include <string_view>

namespace removr::account {

// 43 characters of base62: 256 bits.
inline constexpr int kSecretChars = 43;
std::string NewSecret();

// What is stored, and looked up, in a secret's place: what the index's comparison takes tells nothing about it. 64 hex
// digits.
std::string Sha256Hex(std::string_view text);

// Compares in a time that depends on the lengths alone.
bool SameSecret(std::string_view a, std::string_view b);

// A second secret that follows from `secret` and does not lead back to it: HMAC-SHA-256 over `purpose`, 64 hex digits.
std::string DeriveSecret(std::string_view secret, std::string_view purpose);

}  // namespace removr::account
