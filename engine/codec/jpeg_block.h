// The 8 x 8 DCT of JPEG, and the samples of a component made from decoded pixels. Pure arithmetic, without libjpeg.
#pragma once

#include <array>
#include <cstdint>

namespace removr::codec {

using Block = std::array<float, 64>;  // 8 rows of 8: samples minus 128, or coefficients in natural order, dequantised

// ITU-T T.81, A.3.3. Both are orthonormal: InverseDct(ForwardDct(b)) is b up to float rounding.
Block ForwardDct(const Block& samples);
Block InverseDct(const Block& coefficients);

// A component's sample is a linear function of the decoded pixel's channels.
struct Mix {
  float bias = 0;
  std::array<float, 4> weights{};

  template <int kChannels>
  float Of(const std::uint8_t* pixel) const {
    float sum = bias;
    for (std::size_t c = 0; c < kChannels; ++c) sum += weights[c] * static_cast<float>(pixel[c]);
    return sum;
  }
};

enum class Coding { kPlain, kYcc, kYcck };

// How component `index` is made: kPlain of channel `index` alone; kYcc from R, G, B (JFIF 1.02); kYcck likewise from
// 255 - C', 255 - M', 255 - Y', with K' as it is, where C' is the file's own value. Pixels have 0 = no ink; `inverted`
// says that the file has 255 there.
Mix ComponentMix(Coding coding, bool inverted, int index);

}  // namespace removr::codec
