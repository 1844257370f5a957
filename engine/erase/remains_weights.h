// Written by training/fit_judges.py.
#pragma once

#include <array>

namespace removr::erase {

// belief, missed, ghost, edges, doubt, trust, size, opacity, tiles
inline constexpr float kRemainsBias = -3.95616F;
inline constexpr std::array<float, 9> kRemainsWeights = {
    -2.32376F, 0.F, -0.71326F, -0.78572F, -0.51673F, 6.43060F, -0.28993F, 0.F, 1.73280F};

}  // namespace removr::erase
