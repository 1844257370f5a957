// Written by training/fit_judges.py.
#pragma once

#include <array>

namespace removr::erase {

// belief, ghost, edges, doubt, trust, size, opacity, tiles
inline constexpr float kRemainsBias = -9.73842F;
inline constexpr std::array<float, 8> kRemainsWeights = {
    -2.58159F, -1.39534F, -1.28171F, 0.01663F, 9.95704F, -0.08095F, -1.18661F, 0.74032F};

}  // namespace removr::erase
