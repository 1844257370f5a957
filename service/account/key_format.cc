#include "service/account/key_format.h"

namespace removr::account {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string ChecksumOf(std::string_view text) {
  std::uint32_t rest = Crc32(text);
  std::string checksum(kKeyChecksumChars, '0');
  for (auto digit = checksum.rbegin(); digit != checksum.rend(); ++digit, rest /= 62) *digit = kDigits[rest % 62];
  return checksum;
}

}  // namespace

std::uint32_t Crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320 : 0);
  }
  return ~crc;
}

std::string FormatKey(std::string_view random) {
  const std::string text = std::string(kKeyStart) + std::string(random);
  return text + ChecksumOf(text);
}

bool IsWellFormedKey(std::string_view text) {
  if (text.size() != kKeyChars || !text.starts_with(kKeyStart)) return false;
  if (text.substr(kKeyStart.size()).find_first_not_of(kDigits) != std::string_view::npos) return false;
  const std::size_t signed_chars = kKeyChars - kKeyChecksumChars;
  return text.substr(signed_chars) == ChecksumOf(text.substr(0, signed_chars));
}

}  // namespace removr::account
