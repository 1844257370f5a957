// Files as the command line needs them: read whole under a bound, written whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace removr::app {

// Larger files are refused before memory is taken: 100 megapixels of 16-bit RGBA is 0.8 GB without any compression.
inline constexpr std::int64_t kInputMaxBytes = 1'000'000'000;

// The whole file. kNotFound where there is none, kFileTooLarge, kIo where it is no regular file or cannot be read.
Result<std::vector<std::uint8_t>> ReadWhole(const std::filesystem::path& path);

enum class Existing { kKeep, kReplace };

// Writes through a hidden temporary file in the same folder (made where missing): write, fsync, rename, fsync of the
// folder. Whoever looks at `path` sees all of the new bytes or what was there before, after a crash too. With kKeep a
// file that is there stays, and the error is kConflict. kStorageFull where the disk or the quota is full, kIo for the
// rest.
Status WriteWhole(const std::filesystem::path& path, std::span<const std::uint8_t> bytes, Existing existing);

// SHA-256 in lower-case hexadecimal.
std::string Sha256Hex(std::span<const std::uint8_t> bytes);

// For JSON and terminals: bytes that are not UTF-8 become U+FFFD, control characters become '?'.
std::string PrintablePath(const std::filesystem::path& path);

}  // namespace removr::app
