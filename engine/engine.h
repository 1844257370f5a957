// The engine's public face: bytes and options in, bytes and a report out. It knows no network, database or clock: times are
// measured by a function that is passed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/probe.h"
#include "base/result.h"
#include "engine/image/finding.h"

namespace removr::engine {

using Bytes = std::vector<std::uint8_t>;

enum class Verdict {
  kClean,           // overlays were found and removed, and a second look finds nothing left
  kResidual,        // something may be left
  kNoOverlayFound,  // the original bytes are the result
};
std::string_view Name(Verdict verdict);  // "clean", "residual", "no_overlay_found"

struct Config {
  std::filesystem::path models;  // the folder with locate.onnx and restore.onnx
  Limits limits;
  int threads = 1;  // a bound on the threads that one call uses
  // Monotonic time for Report::times; without it they stay 0.
  std::function<std::chrono::nanoseconds()> now;
};

struct Options {
  bool want_mask = false;  // fill Outcome::mask_png
};

struct Times {  // milliseconds
  double decode = 0, locate = 0, erase = 0, verify = 0, encode = 0;
};

struct Report {
  Verdict verdict = Verdict::kNoOverlayFound;
  Format format = Format::kJpeg;
  int width = 0, height = 0;         // as a viewer shows the image
  image::Findings findings;          // boxes in the upright image
  double changed_fraction = 0;       // pixels in the mask over all pixels
  Times times;
};

struct Outcome {
  Bytes bytes;     // the cleaned file; the original's, byte for byte, where nothing was found; empty from Detect
  Bytes mask_png;  // 8-bit gray, 255 = changed (or, from Detect, would be), of the upright image's size; empty unless wanted
  Report report;
};

// Thread-safe: calls may run at the same time, and share the loaded networks.
class Engine {
 public:
  // Loads and checks the networks. kIo where the folder or a network is missing, kInternal where one does not load.
  static Result<std::unique_ptr<Engine>> Create(Config config);
  virtual ~Engine() = default;

  // Takes the overlays off one image. The same bytes, version and settings give the same result, whatever the number of
  // threads. Errors: kUnsupportedFormat, kCorruptImage, kTooManyPixels, kAnimated for the input; kEngineFailure where a
  // network or an encoder fails.
  virtual Result<Outcome> Clean(std::span<const std::uint8_t> bytes, const Options& options) const = 0;

  // Says what Clean would remove, and changes nothing: the verdict is kResidual or kNoOverlayFound. The same errors.
  virtual Result<Outcome> Detect(std::span<const std::uint8_t> bytes, const Options& options) const = 0;
};

}  // namespace removr::engine
