// The engine's public face: bytes and options in, bytes and a report out. It knows no network, database or clock: times are
// measured by a function that is passed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/choices.h"
#include "base/limits.h"
#include "base/probe.h"
#include "base/result.h"
#include "engine/erase/remains.h"
#include "engine/image/finding.h"
#include "engine/image/image.h"
#include "engine/owner/template.h"
#include "engine/receipt/compare.h"

namespace removr::engine {

using Bytes = std::vector<std::uint8_t>;

enum class Verdict {
  kClean,           // overlays were found and removed, and a second look finds nothing left
  kResidual,        // something may be left
  kNoOverlayFound,  // the original bytes are the result
};
std::string_view Name(Verdict verdict);  // "clean", "residual", "no_overlay_found"

struct Config {
  std::filesystem::path models;  // the folder with locate.onnx, restore.onnx and judge.onnx
  Limits limits;
  int threads = 1;  // a bound on the threads that one call uses
  // Monotonic time for Report::times; without it they stay 0.
  std::function<std::chrono::nanoseconds()> now;
};

struct Options {
  bool want_mask = false;     // fill Outcome::mask_png
  bool want_receipt = false;  // fill Report::receipt; costs another reading of both files
  // Removed by hand: exactly what is not 0 here, or lies in choices.roi, and nothing else; nothing is looked for. Of the
  // upright image's size, from ReadMask; empty: none.
  image::Mask mask = {};
  // Only placements of this overlay are looked for and removed; no network is asked. From ReadTemplate; empty: none.
  // Goes neither with a mask nor with choices.roi or choices.kinds, which are then not looked at.
  owner::Template owner_template = {};
  Choices choices = {};
};

struct Times {  // milliseconds
  double decode = 0, locate = 0, erase = 0, verify = 0, encode = 0, receipt = 0;
};

// What changed, read again from the two files (receipt/compare.h).
struct Receipt {
  std::vector<std::uint32_t> mask_counts;  // run lengths, receipt/rle.h
  receipt::Outside outside;                // the largest difference outside the mask
};

struct Report {
  Verdict verdict = Verdict::kNoOverlayFound;
  Format original_format = Format::kJpeg;
  Format format = Format::kJpeg;     // of the result
  int width = 0, height = 0;         // as a viewer shows the image
  image::Findings findings;          // boxes in the upright image
  erase::Remains remains;            // what the verdict was judged by; of a template or a mask by hand, nothing
  double changed_fraction = 0;       // pixels in the mask over all pixels
  // The file carries Content Credentials (C2PA) that were made for other pixels: they are kept, and no longer valid.
  bool credentials_invalid = false;
  std::optional<Receipt> receipt;
  Times times;
};

struct Outcome {
  // The cleaned file; where nothing was found the original's bytes, unless another format was chosen; empty from Detect.
  Bytes bytes;
  Bytes mask_png;  // 8-bit gray, 255 = changed (or, from Detect, would be), of the upright image's size; empty unless wanted
  Report report;
};

// A mask that a person has painted, from a JPEG, PNG or WebP file: 255 where it is white (from the middle between black
// and white on; what is transparent is black), as a viewer shows it. kMaskMismatch, with a public text, where the file
// cannot be read or has more than limits.file_max_bytes or limits.pixels_max.
Result<image::Mask> ReadMask(std::span<const std::uint8_t> bytes, const Limits& limits = {});

// An overlay that its owner still has: a picture with transparency, or two renderings of it, on black and on white, in
// any order (owner/template.h); `other` is empty for the first. kBadRequest, with a public text, where a file cannot be
// read, has more than limits.file_max_bytes or limits.pixels_max, or is no such overlay.
Result<owner::Template> ReadTemplate(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> other = {},
                                     const Limits& limits = {});

// Thread-safe: calls may run at the same time, and share the loaded networks.
class Engine {
 public:
  // Loads and checks the networks. kIo where the folder or a network is missing, kInternal where one does not load.
  static Result<std::unique_ptr<Engine>> Create(Config config);
  virtual ~Engine() = default;

  // Takes the overlays off one image. The same bytes, version and settings give the same result, whatever the number of
  // threads. Errors: kUnsupportedFormat, kCorruptImage, kTooManyPixels, kAnimated for the input; kMaskMismatch where the
  // mask has another size, or the region lies outside the image; kEngineFailure where a network or an encoder fails.
  virtual Result<Outcome> Clean(std::span<const std::uint8_t> bytes, const Options& options) const = 0;

  // Says what Clean would remove, and changes nothing: the verdict is kResidual or kNoOverlayFound. The same errors.
  virtual Result<Outcome> Detect(std::span<const std::uint8_t> bytes, const Options& options) const = 0;
};

}  // namespace removr::engine
