#include "engine/codec/webp_quality.h"

#include <algorithm>

namespace removr::codec {
namespace {

// RFC 6386, section 7.3, with every probability 128. Behind the end there are zeros.
class BoolDecoder {
 public:
  explicit BoolDecoder(ByteView bytes) : bytes_(bytes), value_(Next() << 8) { value_ |= Next(); }

  int Flag() {
    const int split = 1 + ((range_ - 1) * 128 >> 8);
    const bool is_set = value_ >= split << 8;
    if (is_set) {
      range_ -= split;
      value_ -= split << 8;
    } else {
      range_ = split;
    }
    while (range_ < 128) {
      value_ <<= 1;
      range_ <<= 1;
      if (++bit_count_ == 8) {
        bit_count_ = 0;
        value_ |= Next();
      }
    }
    return is_set;
  }
  int Number(int bit_count) {
    int number = 0;
    while (bit_count-- > 0) number = number << 1 | Flag();
    return number;
  }
  int Signed(int bit_count) {
    const int size = Number(bit_count);
    return Flag() ? -size : size;
  }
  // `count` values of `bit_count` bits, a flag before and, where `has_sign`, a sign behind each.
  void SkipOptional(int count, int bit_count, bool has_sign) {
    while (count-- > 0) {
      if (Flag()) Number(bit_count + has_sign);
    }
  }

 private:
  int Next() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }

  ByteView bytes_;
  std::size_t at_ = 0;
  int value_;
  int range_ = 255;
  int bit_count_ = 0;
};

// The finest quantiser of the segments: RFC 6386, section 9.2 to 9.6 (19.2 has the order).
int QuantiserIndex(ByteView first_partition) {
  BoolDecoder in(first_partition);
  in.Number(2);  // colour space, clamping
  int finest_segment = 128;
  bool is_absolute = false;
  if (in.Flag()) {
    const bool has_map = in.Flag() != 0, has_data = in.Flag() != 0;
    if (has_data) {
      is_absolute = in.Flag() != 0;
      for (int i = 0; i < 4; ++i) {
        const int value = in.Flag() ? in.Signed(7) : 0;
        finest_segment = std::min(finest_segment, value);
      }
      in.SkipOptional(4, 6, true);  // loop filter
    }
    if (has_map) in.SkipOptional(3, 8, false);
  }
  in.Number(1 + 6 + 3);                                     // the filter's type, level, sharpness
  if (in.Flag() && in.Flag()) in.SkipOptional(8, 6, true);  // its adjustments
  in.Number(2);                                             // partitions
  const int base = in.Number(7);
  if (finest_segment == 128) return base;
  return std::clamp(is_absolute ? finest_segment : base + finest_segment, 0, 127);
}

}  // namespace

float EstimateWebpQuality(ByteView frame) {
  constexpr std::size_t kFrameHeaderBytes = 10;
  if (frame.size() <= kFrameHeaderBytes) return 100;
  // libwebp: index = 127 (1 - cbrt(linear)), where linear = 2/3 quality up to .75, and 2 quality - 1 above.
  const float root = 1 - static_cast<float>(QuantiserIndex(frame.subspan(kFrameHeaderBytes))) / 127;
  const float linear = root * root * root;
  return 100 * (linear < 0.5f ? 1.5f * linear : (linear + 1) / 2);
}

}  // namespace removr::codec
