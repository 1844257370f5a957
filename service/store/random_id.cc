#include "service/store/random_id.h"

#include <sys/random.h>

#include <cassert>
#include <cstdint>
#include <cstdlib>

namespace removr::store {
namespace {

std::uint8_t RandomByte() {
  std::uint8_t byte;
  // Can fail only before the kernel has gathered entropy at boot, and there it waits instead; ids that can be guessed
  // are no choice.
  while (getrandom(&byte, 1, 0) != 1) {
  }
  return byte;
}

}  // namespace

std::string RandomText(std::string_view alphabet, int length) {
  assert(!alphabet.empty() && alphabet.size() <= 256);
  // Bytes at and above the largest multiple of the alphabet's size would favour its first characters.
  const int bound = static_cast<int>(256 / alphabet.size() * alphabet.size());
  std::string text;
  while (static_cast<int>(text.size()) < length) {
    if (const int byte = RandomByte(); byte < bound) text += alphabet[static_cast<std::size_t>(byte) % alphabet.size()];
  }
  return text;
}

std::string RandomId() { return RandomText(kBase36, static_cast<int>(kIdChars)); }

bool IsId(std::string_view text) {
  return text.size() == kIdChars && text.find_first_not_of(kBase36) == std::string_view::npos;
}

}  // namespace removr::store
