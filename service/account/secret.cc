#include "service/account/secret.h"

#include <sodium.h>

#include <array>

#include "service/store/random_id.h"

namespace removr::account {
namespace {

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

template <std::size_t size>
std::string Hex(const std::array<unsigned char, size>& bytes) {
  std::array<char, 2 * size + 1> hex;
  return sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
}

}  // namespace

std::string NewSecret() { return store::RandomText(store::kBase62, kSecretChars); }

std::string Sha256Hex(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), Bytes(text), text.size());
  return Hex(digest);
}

bool SameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string DeriveSecret(std::string_view secret, std::string_view purpose) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, Bytes(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, Bytes(purpose), purpose.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code;
  crypto_auth_hmacsha256_final(&state, code.data());
  return Hex(code);
}

}  // namespace removr::account
