// What a file is, from its first bytes alone: nothing is decoded, no memory is taken, names and declared types are ignored.
// The service uses it to answer early; the engine's codecs check again what they decode. Fuzzed (fuzz/probe_fuzz.cc).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"

namespace removr {

enum class Format { kJpeg, kPng, kWebp };

std::string_view Name(Format format);         // "jpg", "png", "webp", as in the API
std::string_view Extension(Format format);    // the same, as a file extension without the dot
std::string_view MediaType(Format format);    // "image/jpeg", ...

// The format by magic numbers: JPEG FF D8 FF; PNG's 8-byte signature; RIFF....WEBP. nullopt for anything else.
std::optional<Format> SniffFormat(std::span<const std::uint8_t> bytes);

struct Probe {
  Format format;
  int width = 0;   // stored pixels, before any EXIF orientation
  int height = 0;
  bool animated = false;  // WebP with the animation flag, APNG is told as a still image
};

// Format and size from the header. `bytes` may be only the beginning of the file; a JPEG whose frame header lies further in
// than `bytes` reaches is kCorruptImage. kUnsupportedFormat where SniffFormat knows nothing.
Result<Probe> ProbeImage(std::span<const std::uint8_t> bytes);

}  // namespace removr
