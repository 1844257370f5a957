// The bounds on hostile input, in one value that is passed in. Each is checked before memory is taken.
#pragma once

#include <cstddef>
#include <cstdint>

namespace removr {

inline constexpr std::int64_t kMiB = 1024 * 1024;

struct Limits {
  // Of one image.
  std::int64_t pixels_max = 100'000'000;        // width x height, from the header (cli.md: 100 megapixels)
  std::int64_t metadata_max_bytes = 16 * kMiB;  // all ICC, EXIF, XMP and text together, after inflation
  int jpeg_scans_max = 100;                     // a 64-scan script is the densest that encoders write
  // Of one submission (api.md, section 2).
  int files_max = 50;
  std::int64_t file_max_bytes = 25 * kMiB;
};

}  // namespace removr
