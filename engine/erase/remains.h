// Whether anything is left of the overlays that were erased. Witnesses: the network that sees strokes, asked again; what
// the judge left alone; and how much of the overlay's step against its surroundings is still in the pixels.
#pragma once

#include <array>
#include <opencv2/core.hpp>

namespace removr::erase {

// Of several findings, the worst of each. Where nothing was erased, the values below.
struct Remains {
  float rest = 0;         // strokes that restore sees in the finding's region, over those that were erased
  float beyond = 0;       // the same, seen around the region
  float belief = 0;       // mean of restore's mask over the erased strokes
  float ghost = 0;        // Ghost::share; of the finding with the largest one, whatever its sign
  float step = 0;         // Ghost::step
  float edges = 0;        // log of the contrast under the strokes over that around them
  float doubt = 0;        // the largest probability of being an overlay among what was left alone
  float trust = 1;        // the least among what was erased
  float opacity = 0;      // the largest
  float size = 4.6F;      // log of 100 + the px that were changed
  bool tiles = false;
};

// `other` belongs to the same image.
void Worsen(const Remains& other, Remains& remains);

// The step between the inside of strokes and what lies next to them, over what the erase has changed of it.
struct Ghost {
  float share = 0;  // 0: nothing is left; 1: half of the step is; below 0: more was taken off than was there
  float step = 0;   // what is left of it, [0, sqrt(3)]
};

// `before` and `after`: CV_32FC3 in [0,1]; `changed`: CV_8UC1, the strokes. A photograph's own steps across the strokes'
// border go any way and cancel, those of an overlay all go the way of its colour.
Ghost MeasureGhost(const cv::Mat& before, const cv::Mat& after, const cv::Mat& changed);

// As numbers for the trees; the names are those of `bench/quality --json`.
inline constexpr std::array kRemainsNames = {"rest",  "beyond", "belief",  "ghost", "step", "edges",
                                             "doubt", "trust",  "opacity", "size",  "tiles"};
std::array<float, kRemainsNames.size()> ToFeatures(const Remains& remains);

// The probability that someone who knows the photograph sees nothing of the overlays: boosted trees, fitted by
// training/fit_trees.py on results of the bench's composites; docs/quality.md says how reliable it is.
float ProbablyGone(const Remains& remains);

// From this probability on a result is called clean.
inline constexpr float kGone = .7F;

}  // namespace removr::erase
