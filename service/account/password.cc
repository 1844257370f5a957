#include "service/account/password.h"

#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <semaphore>

namespace removr::account {
namespace {

// 256 MiB in all, and more than the processors of a small machine can work on.
constexpr std::ptrdiff_t kHashesAtOnce = 4;
constexpr std::chrono::seconds kWaitMax{10};

// The places in which hashes are computed; one is held while in scope.
class Place {
 public:
  Place() : granted_(Places().try_acquire_for(kWaitMax)) {}
  ~Place() {
    if (granted_) Places().release();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool granted() const { return granted_; }

 private:
  static std::counting_semaphore<kHashesAtOnce>& Places() {
    static std::counting_semaphore<kHashesAtOnce> places(kHashesAtOnce);
    return places;
  }
  const bool granted_;
};

// UTF-8's sequences begin with every byte but 10xxxxxx.
std::size_t CountChars(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// A character has at most 4 bytes; what claims to have more is no text.
bool IsTooLong(std::string_view password) {
  return CountChars(password) > kPasswordMaxChars || password.size() > 4 * kPasswordMaxChars;
}

Result<std::string> Hash(std::string_view password) {
  if (sodium_init() < 0) return Fail(ErrorCode::kInternal, "libsodium does not start");
  const Place place;
  if (!place.granted()) return Fail(ErrorCode::kBusy, "too many passwords at once");
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return Fail(ErrorCode::kBusy, "no memory to hash a password");
  }
  return std::string(hash);
}

}  // namespace

Result<std::string> HashPassword(std::string_view password) {
  if (CountChars(password) < kPasswordMinChars || IsTooLong(password)) {
    return Fail(ErrorCode::kBadRequest, "a password of " + std::to_string(password.size()) + " bytes",
                "A password has " + std::to_string(kPasswordMinChars) + " to " + std::to_string(kPasswordMaxChars) +
                    " characters.");
  }
  return Hash(password);
}

Result<bool> PasswordMatches(const std::string& hash, std::string_view password) {
  if (IsTooLong(password)) return false;
  // Whoever has no password is compared to one that nobody knows, so that the time tells nothing.
  static const Result<std::string> kNobodys = Hash("nobody's password");
  if (!kNobodys) return tl::unexpected<Error>(kNobodys.error());
  const Place place;
  if (!place.granted()) return Fail(ErrorCode::kBusy, "too many passwords at once");
  const std::string& against = hash.empty() ? *kNobodys : hash;
  const bool matches = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  return matches && !hash.empty();
}

}  // namespace removr::account
