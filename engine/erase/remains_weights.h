// Written by training/fit_judges.py.
#pragma once

#include <array>

namespace removr::erase {

// belief, ghost, edges, doubt, trust, size, tiles
inline constexpr float kRemainsBias = -5.54641F;
inline constexpr std::array<float, 7> kRemainsWeights = {
    -1.60776F, -1.08220F, -1.96787F, -0.15965F, 6.93210F, -0.25258F, 1.97282F};

}  // namespace removr::erase
