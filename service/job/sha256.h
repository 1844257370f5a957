// SHA-256 as bytes arrive.
#pragma once

#include <sodium.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace removr::job {

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }

  void Add(std::span<const std::uint8_t> bytes) { crypto_hash_sha256_update(&state_, bytes.data(), bytes.size()); }
  void Add(std::string_view text) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }

  // 64 hex digits. Ends the use of this value.
  std::string Hex() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
    crypto_hash_sha256_final(&state_, digest.data());
    std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex;
    return sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  }

 private:
  crypto_hash_sha256_state state_;
};

}  // namespace removr::job
