// Takes found overlays off a photograph: inverts the blend where the overlay is translucent, fills where it is opaque,
// and changes nothing outside the strokes.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "engine/erase/choose.h"
#include "engine/erase/remains.h"
#include "engine/erase/strays.h"
#include "engine/erase/trust.h"
#include "engine/image/finding.h"
#include "engine/image/image.h"
#include "engine/nn/session.h"

namespace removr::erase {

struct Erased {
  image::Image image;        // of the original's size, depth and colours; outside `mask` bit for bit the original
  image::Mask mask;          // CV_8UC1, 255 where a pixel was given a new value
  image::Findings findings;  // those that were erased, now with their opacity
  float doubt = 0;           // the largest probability of being an overlay among those that were left alone
};

// What is known of a finding, be it trusted or not.
struct Weighed {
  Evidence evidence;           // of tiles, nothing
  std::vector<cv::Mat> views;  // what the judge's network was shown (views.h); of tiles, none
  float probability = 0;       // that it is an overlay
  bool trusted = false;        // it is one, as far as can be told
  image::Mask changed;         // CV_8UC1 of the size of the finding's box, 255 where erasing it would change a pixel
  Strokes strokes;             // all that restore sees in it, strays too, labelled over the box; of tiles, none
};

// Fills each part of `mask` (CV_8UC1 of the image's size, not 0 where nothing of the photograph is left) with texture
// from elsewhere in erased.image, and adds it to erased.mask. No network is asked.
void FillParts(const image::Mask& mask, Erased& erased);

class Eraser {
 public:
  // Loads restore.onnx (its outputs: matte.h) and judge.onnx (what it is shown: views.h) of the folder `models`. At
  // most `threads` threads work for one Erase. Errors: those of nn::Session::Create.
  static Result<std::unique_ptr<Eraser>> Create(const std::filesystem::path& models, int threads);

  // Erases each finding from an upright image, in their order; where one is no overlay as a whole, those of its parts
  // that are. `upright` is not changed. A finding in which no stroke shows is left out of the result, and its pixels
  // are left alone. Errors: those of nn::Session::Run. Thread-safe.
  Result<Erased> Erase(const image::Image& upright, const image::Findings& findings) const;

  // What Erase would judge each finding by, were it the only one. Errors: those of nn::Session::Run. Thread-safe.
  Result<std::vector<Weighed>> Weigh(const image::Image& upright, const image::Findings& findings) const;

  // What may be left in `erased` of what was found in `upright`. Errors: those of nn::Session::Run. Thread-safe.
  Result<Remains> Measure(const image::Image& upright, const Erased& erased) const;

  // Erases what a person has painted: no pixel outside `mask` (CV_8UC1 of the image's size, not 0 where painted)
  // changes. Where strokes of an overlay are recognised under a part of it, those are erased; any other part is filled
  // as a whole. The findings are the mask's parts, of confidence 1; their opacity is 1 where they were filled.
  Result<Erased> EraseMask(const image::Image& upright, const image::Mask& mask) const;

 private:
  Eraser(std::unique_ptr<nn::Session> restore, std::unique_ptr<nn::Session> judge, int threads)
      : restore_(std::move(restore)), judge_(std::move(judge)), threads_(threads) {}

  using TakeWeighed = std::function<void(int, const Matte&, Weighed)>;
  Status JudgeEach(const image::Image& image, const image::Findings& findings, const TakeWeighed& take) const;
  Result<Chosen> ChooseFrom(const image::Image& image, const image::Findings& findings) const;

  std::unique_ptr<nn::Session> restore_, judge_;
  int threads_;
};

}  // namespace removr::erase
