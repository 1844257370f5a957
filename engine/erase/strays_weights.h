// Written by training/fit_judges.py.
#pragma once

#include <array>

namespace removr::erase {

// belief, evidence, size, painted, off
inline constexpr float kStrokeBias = -0.53020F;
inline constexpr std::array<float, 5> kStrokeWeights = {5.38433F, 0.16523F, 0.63880F, 0.91343F, -1.45960F};

}  // namespace removr::erase
