// Unguessable names from the kernel's random source.
#pragma once

#include <string>
#include <string_view>

namespace removr::store {

inline constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
// One case, so that names stay distinct on a file system that folds it.
inline constexpr std::string_view kBase36 = "0123456789abcdefghijklmnopqrstuvwxyz";

// `length` characters, each drawn uniformly from `alphabet` (at most 256 characters).
std::string RandomText(std::string_view alphabet, int length);

// kIdChars characters of kBase36: 124 bits, so that two never meet.
inline constexpr std::size_t kIdChars = 24;
std::string RandomId();
// Whether it has the form of one.
bool IsId(std::string_view text);

}  // namespace removr::store
