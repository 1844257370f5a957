// Boosted decision trees, as training/fit_judges.py writes them.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace removr::erase {

// Asks two of three features: the second where the first is not above its split, else the third. The leaves are in the
// same order: not above before above.
struct Tree {
  std::array<std::uint8_t, 3> feature;
  std::array<float, 3> split;
  std::array<float, 4> leaf;  // log odds
};

// The probability that the trees give; `bias` is the log odds before any of them is asked.
float Probability(float bias, std::span<const Tree> trees, std::span<const float> features);

}  // namespace removr::erase
