// Where on a photograph overlays lie: regions, not strokes (those are erase's business).
//
// The image is looked at as a whole and, where it is larger than the network sees at once, in tiles at finer and finer
// scales up to its own pixels, so that a band over the whole image is found as well as a date stamp in 24 megapixels.
// Memory is bounded by the tiles in work and a map of 1/16 of the pixels; the image is never held in floats.
#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "base/result.h"
#include "engine/image/finding.h"
#include "engine/image/image.h"
#include "engine/nn/session.h"

namespace removr::locate {

class Locator {
 public:
  // Loads the network `locate.onnx`: outputs `region` (probability of an overlay, at 1/4 of the resolution) and `kind`
  // (softmax over image::Kind). At most `threads` threads work for one Find. Errors: those of nn::Session::Create.
  static Result<std::unique_ptr<Locator>> Create(const std::filesystem::path& network, int threads);

  // The overlays of an upright image, top to bottom; none where it has none. Boxes may overlap. `opacity` stays 0.
  // Errors: those of nn::Session::Run. Thread-safe.
  Result<image::Findings> Find(const image::Image& upright) const;

  // The same, but only in windows around `places`, and no tiled watermark is looked for: a second look after an erase.
  Result<image::Findings> FindNear(const image::Image& upright, const std::vector<cv::Rect>& places) const;

 private:
  Locator(std::unique_ptr<nn::Session> session, int threads) : session_(std::move(session)), threads_(threads) {}

  std::unique_ptr<nn::Session> session_;
  int threads_;
};

}  // namespace removr::locate
