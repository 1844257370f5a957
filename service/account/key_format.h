// The form of a key, as pure text: `rmvr_live_` + 32 random base62 characters + 6 base62 characters of CRC-32 over all
// that stands before them (most significant digit first). The checksum refuses typing mistakes without a look-up; it is
// no secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace removr::account {

inline constexpr std::string_view kKeyStart = "rmvr_live_";
inline constexpr std::size_t kKeyRandomChars = 32;
inline constexpr std::size_t kKeyChecksumChars = 6;  // 62^6 > 2^32
inline constexpr std::size_t kKeyChars = kKeyStart.size() + kKeyRandomChars + kKeyChecksumChars;
inline constexpr std::size_t kKeyPrefixChars = kKeyStart.size() + 4;

// The key of these 32 random characters.
std::string FormatKey(std::string_view random);

// Whether it has the form and the checksum of a key.
bool IsWellFormedKey(std::string_view text);

// CRC-32 of ISO 3309, as in zip and PNG.
std::uint32_t Crc32(std::string_view bytes);

}  // namespace removr::account
