#include "engine/codec/jpeg_block.h"

#include <cmath>
#include <numbers>

namespace removr::codec {
namespace {

// basis[u][x] = C(u) / 2 * cos((2x + 1) u pi / 16), C(0) = 1 / sqrt(2), else 1.
using Basis = std::array<std::array<float, 8>, 8>;

Basis MakeBasis() {
  Basis basis;
  for (std::size_t u = 0; u < 8; ++u) {
    const double scale = u == 0 ? std::sqrt(0.125) : 0.5;
    for (std::size_t x = 0; x < 8; ++x) {
      basis[u][x] = static_cast<float>(scale * std::cos((2.0 * x + 1) * u * std::numbers::pi / 16));
    }
  }
  return basis;
}

Basis Transpose(const Basis& basis) {
  Basis transposed;
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t k = 0; k < 8; ++k) transposed[i][k] = basis[k][i];
  }
  return transposed;
}

const Basis kBasis = MakeBasis();
const Basis kTransposed = Transpose(kBasis);

// left * block * right, 8 x 8 matrices. The inner loops run along rows, so that compilers make vectors of them.
Block Multiply(const Basis& left, const Block& block, const Basis& right) {
  Block rows{}, result{};
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t k = 0; k < 8; ++k) {
      for (std::size_t x = 0; x < 8; ++x) rows[8 * i + x] += left[i][k] * block[8 * k + x];
    }
  }
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t k = 0; k < 8; ++k) {
      for (std::size_t x = 0; x < 8; ++x) result[8 * i + x] += rows[8 * i + k] * right[k][x];
    }
  }
  return result;
}

// JFIF 1.02: Y, Cb, Cr from R, G, B; here around 0.
constexpr float kYcc[3][4] = {
    {-128, 0.299f, 0.587f, 0.114f},
    {0, -0.168735892f, -0.331264108f, 0.5f},
    {0, 0.5f, -0.418687589f, -0.081312411f},
};

}  // namespace

Block ForwardDct(const Block& samples) { return Multiply(kBasis, samples, kTransposed); }
Block InverseDct(const Block& coefficients) { return Multiply(kTransposed, coefficients, kBasis); }

Mix ComponentMix(Coding coding, bool inverted, int index) {
  Mix mix;
  if (coding == Coding::kPlain || index == 3) {
    mix.bias = inverted ? 127 : -128;
    mix.weights[static_cast<std::size_t>(index)] = inverted ? -1 : 1;
    return mix;
  }
  const float* row = kYcc[index];
  // 255 - C' is C where the file is inverted, else 255 - C.
  const bool negative = coding == Coding::kYcck && !inverted;
  mix.bias = row[0];
  for (std::size_t c = 0; c < 3; ++c) {
    mix.weights[c] = negative ? -row[c + 1] : row[c + 1];
    if (negative) mix.bias += 255 * row[c + 1];
  }
  return mix;
}

}  // namespace removr::codec
