// Written by training/fit_judges.py.
#pragma once

#include <array>

namespace removr::erase {

// belief, evidence, size, painted, off
inline constexpr float kStrokeBias = -1.57405F;
inline constexpr std::array<float, 5> kStrokeWeights = {6.86314F, 0.33068F, 0.49472F, 2.04380F, -3.96959F};

}  // namespace removr::erase
