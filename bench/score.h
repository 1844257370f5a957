// Runs the engine and its peers on one composite or clean photograph, and measures what came out.
#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <optional>

#include "base/result.h"
#include "bench/cases.h"
#include "engine/engine.h"

namespace removr::bench {

// How well a method gave back what the overlay covered.
struct Restoration {
  double psnr = 0;     // dB, inside the true mask
  double rmse = 0;     // [0,255], inside the true mask (the literature's RMSE_w)
  double texture = 0;  // mean gradient inside the true mask, result over truth
  double seconds = 0;  // of processor time, which a busy machine doesn't stretch
};

struct Score {
  Case one;
  double psnr_before = 0;
  Restoration removr, telea, ns;
  // Of the engine alone:
  double iou = 0, f1 = 0, recall = 0;
  engine::Verdict verdict = engine::Verdict::kNoOverlayFound;
  double rest = 0;        // VisibleRest
  erase::Remains remains;
  int outside = 0;        // largest difference outside the engine's mask; of a JPEG: outside the blocks that it touches
  double confidence = 0;  // of the surest finding; 0 where there is none
  double mask_share = 0;  // true mask over image
  double megapixels = 0;
};

struct CleanScore {
  CleanKind kind = CleanKind::kPng;
  int index = 0;
  bool touched = false;      // any byte differs
  double changed_share = 0;  // pixels that differ over all pixels
  double confidence = 0;     // as above
  double seconds = 0, megapixels = 0;
};

// What the contact sheet shows of a case; CV_8UC3 and masks CV_8UC1.
struct Exhibit {
  cv::Mat input, found, result, truth, true_mask;
};

struct Scored {
  Score score;
  Exhibit exhibit;
};
struct CleanScored {
  CleanScore score;
  Exhibit exhibit;  // truth is the input
};

class Scorer {
 public:
  // Both must outlive the scorer. `with_peers`: also run OpenCV's Telea and Navier-Stokes inpainting with the true
  // mask.
  Scorer(const engine::Engine& engine, bool with_peers) : engine_(engine), with_peers_(with_peers) {}

  // An error where the engine fails on the file, or returns one that OpenCV cannot read.
  Result<Scored> Run(const Case& one, const Composite& composite) const;
  Result<CleanScored> RunClean(CleanKind kind, int index, const Bytes& file) const;

 private:
  const engine::Engine& engine_;
  bool with_peers_;
};

}  // namespace removr::bench
