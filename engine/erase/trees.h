// What training/fit_judges.py writes: boosted decision trees and logistic regressions.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace removr::erase {

// A complete tree: after node n comes 2n + 1 where the node's feature is not above its split, else 2n + 2. What would
// be the node after the last one is the first leaf.
struct Tree {
  std::array<std::uint8_t, 7> feature;
  std::array<float, 7> split;
  std::array<float, 8> leaf;  // log odds
};

// The probability that the trees give; `bias` is the log odds before any of them is asked.
float Probability(float bias, std::span<const Tree> trees, std::span<const float> features);

// The probability that a logistic regression gives, with as many weights as features.
float Probability(float bias, std::span<const float> weights, std::span<const float> features);

}  // namespace removr::erase
