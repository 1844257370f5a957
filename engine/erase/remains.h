// Whether anything is left of the overlays that were erased. Witnesses: the network that sees strokes, asked again;
// what the judge left alone; and how much of the overlay's step against its surroundings is still in the pixels.
#pragma once

#include <array>
#include <opencv2/core.hpp>

namespace removr::erase {

// Of several findings, the worst of each. Where nothing was erased, the values below.
struct Remains {
  float belief = 0;   // mean of restore's mask over the erased strokes
  float ghost = 0;    // Ghost; of the finding with the largest one, whatever its sign
  float edges = 0;    // log of the contrast under the strokes over that around them
  float doubt = 0;    // the largest probability of being an overlay among what was left alone
  float trust = 1;    // the least among what was erased
  float size = 4.6F;  // log of 100 + the px that were changed
  float opacity = 0;  // the largest: what is filled is not seen through
  bool tiles = false;
};

// `other` belongs to the same image.
void Worsen(const Remains& other, Remains& remains);

// What is left of the step between the inside of strokes and what lies next to them, over what the erase has changed of
// it. 0: nothing; 1: half of the step; below 0: more was taken off than was there. `before` and `after`: CV_32FC3 in
// [0,1]; `changed`: CV_8UC1, the strokes. A photograph's own steps across the strokes' border go any way and cancel,
// those of an overlay all go the way of its colour.
float Ghost(const cv::Mat& before, const cv::Mat& after, const cv::Mat& changed);

// What the verdict asks, as numbers: of `ghost` the logarithm. `bench/quality --json` calls them so.
inline constexpr std::array kRemainsNames = {"belief", "ghost", "edges", "doubt", "trust", "size", "opacity", "tiles"};
std::array<float, kRemainsNames.size()> ToFeatures(const Remains& remains);

// The probability that someone who knows the photograph sees nothing of the overlays: a logistic regression, fitted by
// training/fit_judges.py on results of the bench's composites; docs/quality.md says how reliable it is.
float ProbablyGone(const Remains& remains);

// From this probability on a result is called clean.
inline constexpr float kGone = .8F;

}  // namespace removr::erase
