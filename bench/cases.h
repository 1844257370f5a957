// What one run of bench_quality looks at: which overlay goes on which photograph and into which file, all from one
// seed.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/files.h"
#include "bench/fonts.h"
#include "bench/overlay.h"
#include "bench/photos.h"

namespace removr::bench {

struct Case {
  int photo = 0;  // index into Photos
  Spec spec;
  FileKind file = FileKind::kPng;
  int quality = 0;         // of a JPEG, 75 to 95
  std::uint64_t seed = 0;  // of the overlay's looks

  std::string Label(const Photos& photos) const;  // "kodim07 caption 12 % @ 1.00, JPEG 4:2:0 q83"
};

// `per_kind` cases of each kind, photographs in turn. Sizes (on a logarithmic scale) and opacities are spread evenly
// over the kind's range, in independent random orders; half the files are 4:2:0, a quarter 4:4:4 and a quarter PNG.
std::vector<Case> PlanCases(std::uint64_t seed, int per_kind, int photo_count);

// A photograph with an overlay on it. All Mats of one size.
struct Composite {
  cv::Mat truth;   // CV_8UC3, B G R: the clean photograph, never compressed
  cv::Mat mask;    // CV_8UC1: the true mask
  Bytes file;      // what the engine gets
  cv::Mat marked;  // the file, decoded
};
Result<Composite> Make(const Case& one, const Photos& photos, const Fonts& fonts);

// Photographs in which nothing should be found.
enum class CleanKind { kPng, kJpeg, kSceneText };
std::string_view Name(CleanKind kind);  // "clean photo, PNG"

// The `index`-th of that kind, encoded.
Result<Bytes> MakeClean(CleanKind kind, std::uint64_t seed, int index, const Photos& photos, const Fonts& fonts);

}  // namespace removr::bench
