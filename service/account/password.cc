#include "service/account/password.h"

#include <sodium.h>

namespace removr::account {

Result<std::string> HashPassword(std::string_view password) {
  if (password.size() < kPasswordMinBytes || password.size() > kPasswordMaxBytes) {
    return Fail(ErrorCode::kBadRequest, "a password of " + std::to_string(password.size()) + " bytes",
                "A password has " + std::to_string(kPasswordMinBytes) + " to " + std::to_string(kPasswordMaxBytes) +
                    " characters.");
  }
  if (sodium_init() < 0) return Fail(ErrorCode::kInternal, "libsodium does not start");
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return Fail(ErrorCode::kBusy, "no memory to hash a password");
  }
  return std::string(hash);
}

bool PasswordMatches(const std::string& hash, std::string_view password) {
  if (sodium_init() < 0 || password.size() > kPasswordMaxBytes) return false;
  // Whoever has no password is compared to one that nobody knows, so that the time tells nothing.
  static const std::string kNobodys = HashPassword("nobody's password").value_or("");
  const std::string& against = hash.empty() ? kNobodys : hash;
  const bool matches = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  return matches && !hash.empty();
}

}  // namespace removr::account
