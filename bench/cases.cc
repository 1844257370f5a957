#include "bench/cases.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bench/scene_text.h"

namespace removr::bench {
namespace {

constexpr int kCleanJpegQuality = 88;

// A value of the `rank`-th of `count` equal slices of [0,1).
double Stratum(Rng& rng, int rank, int count) { return (rank + rng.Uniform(0, 1)) / count; }

double SizeAt(Kind kind, double t) {
  const Range range = SizeRange(kind);
  return range.low * std::pow(range.high / range.low, t);
}

// Opaque overlays are most often quite opaque.
double OpacityAt(Kind kind, double t) {
  const Range range = OpacityRange(kind);
  return IsTranslucent(kind) ? range.low + (range.high - range.low) * t
                             : std::min(1., range.low + (1 - range.low) * 2 * t);
}

}  // namespace

std::string Case::Label(const Photos& photos) const {
  char text[160];
  std::snprintf(text, sizeof text, "%s %s %.0f%% @ %.2f, %s", photos.name(photo).c_str(),
                std::string(Name(spec.kind)).c_str(), 100 * spec.size, spec.opacity, std::string(Name(file)).c_str());
  return file == FileKind::kPng ? text : text + (" q" + std::to_string(quality));
}

std::vector<Case> PlanCases(std::uint64_t seed, int per_kind, int photo_count) {
  constexpr FileKind kFiles[] = {FileKind::kJpeg420, FileKind::kPng, FileKind::kJpeg420, FileKind::kJpeg444};
  std::vector<Case> cases;
  for (const Kind kind : kKinds) {
    Rng rng(seed, static_cast<std::uint64_t>(kind), 0);
    const std::vector<int> sizes = rng.Permutation(per_kind), opacities = rng.Permutation(per_kind);
    const std::vector<int> files = rng.Permutation(per_kind);
    for (int i = 0; i < per_kind; ++i) {
      Case one;
      one.photo = i % photo_count;
      one.spec = {kind, SizeAt(kind, Stratum(rng, sizes[i], per_kind)),
                  OpacityAt(kind, Stratum(rng, opacities[i], per_kind))};
      one.file = kFiles[files[i] % 4];
      if (one.file != FileKind::kPng) one.quality = 75 + rng.Below(21);
      one.seed = rng.Next();
      cases.push_back(one);
    }
  }
  return cases;
}

Result<Composite> Make(const Case& one, const Photos& photos, const Fonts& fonts) {
  Composite made;
  ASSIGN_OR_RETURN(made.truth, photos.Load(one.photo));
  Rng rng(one.seed);
  const Overlay overlay = DrawOverlay(fonts, rng, one.spec, made.truth.size());
  made.mask = overlay.TrueMask();
  ASSIGN_OR_RETURN(made.file, Encode(overlay.Over(made.truth), one.file, one.quality));
  ASSIGN_OR_RETURN(made.marked, Decode(made.file));
  return made;
}

std::string_view Name(CleanKind kind) {
  constexpr std::string_view kNames[] = {"clean photo, PNG", "clean photo, JPEG", "scene text, JPEG"};
  return kNames[static_cast<int>(kind)];
}

Result<Bytes> MakeClean(CleanKind kind, std::uint64_t seed, int index, const Photos& photos, const Fonts& fonts) {
  ASSIGN_OR_RETURN(const cv::Mat photo, photos.Load(index % photos.count()));
  if (kind == CleanKind::kPng) return Encode(photo, FileKind::kPng, 0);
  if (kind == CleanKind::kJpeg) return Encode(photo, FileKind::kJpeg420, kCleanJpegQuality);
  Rng rng(seed, 1000, static_cast<std::uint64_t>(index));
  return Encode(WithSceneText(fonts, rng, photo), FileKind::kJpeg420, kCleanJpegQuality);
}

}  // namespace removr::bench
