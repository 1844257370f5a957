#include "engine/codec/png_rows.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <vector>

#include "engine/codec/deflate_splice.h"
#include "engine/codec/png_write.h"

namespace removr::codec {
namespace {

// A row as PNG stores it before filtering: 16 bits big-endian.
void StoredRow(const cv::Mat& pixels, int y, Bytes& row) {
  const std::uint8_t* in = pixels.ptr(y);
  std::copy(in, in + row.size(), row.begin());
  if (pixels.depth() == CV_16U && std::endian::native == std::endian::little) {
    for (std::size_t i = 0; i + 1 < row.size(); i += 2) std::swap(row[i], row[i + 1]);
  }
}

int Paeth(int left, int up, int up_left) {
  const int guess = left + up - up_left;
  const int to_left = std::abs(guess - left), to_up = std::abs(guess - up), to_up_left = std::abs(guess - up_left);
  return to_left <= to_up && to_left <= to_up_left ? left : to_up <= to_up_left ? up : up_left;
}

// PNG, third edition, section 9: `out` is row minus what `filter` (0 to 4) predicts from the pixels to the left and
// above.
void Filter(int filter, const Bytes& above, const Bytes& row, std::size_t pixel_bytes, std::uint8_t* out) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int left = i < pixel_bytes ? 0 : row[i - pixel_bytes];
    const int up_left = i < pixel_bytes ? 0 : above[i - pixel_bytes];
    const int up = above[i];
    const int predicted = filter == 1   ? left
                          : filter == 2 ? up
                          : filter == 3 ? (left + up) / 2
                          : filter == 4 ? Paeth(left, up, up_left)
                                        : 0;
    out[i] = static_cast<std::uint8_t>(row[i] - predicted);
  }
}

struct RowRange {
  int begin, end;  // half-open
};

// The rows with anything in the mask, and one below each, which is predicted from it.
std::vector<RowRange> TouchedRows(const image::Mask& mask) {
  std::vector<RowRange> ranges;
  for (int y = 0; y < mask.rows; ++y) {
    const std::uint8_t* row = mask.ptr(y);
    if (std::all_of(row, row + mask.cols, [](std::uint8_t value) { return value == 0; })) continue;
    const int end = std::min(y + 2, mask.rows);
    if (ranges.empty() || ranges.back().end < y) {
      ranges.push_back({y, end});
    } else {
      ranges.back().end = end;
    }
  }
  return ranges;
}

}  // namespace

bool CanSpliceRows(const PngLayout& layout) {
  return layout.bit_depth >= 8 && layout.color_type != PngColor::kPalette && !layout.interlaced;
}

Result<Bytes> SpliceRows(ByteView stream, const cv::Mat& pixels, const image::Mask& mask) {
  const std::size_t pixel_bytes = pixels.elemSize(), row_bytes = pixel_bytes * static_cast<std::size_t>(pixels.cols);
  const std::size_t filtered_bytes = row_bytes + 1;  // the filter's number is in front
  ASSIGN_OR_RETURN(Inflated inflated, Inflate(stream, filtered_bytes * static_cast<std::size_t>(pixels.rows)));
  std::vector<ByteRange> changes;
  Bytes above(row_bytes), row(row_bytes);
  for (const RowRange range : TouchedRows(mask)) {
    std::fill(above.begin(), above.end(), std::uint8_t{0});  // what lies above the first row
    if (range.begin > 0) StoredRow(pixels, range.begin - 1, above);
    for (int y = range.begin; y < range.end; ++y) {
      std::uint8_t* filtered = inflated.data.data() + filtered_bytes * static_cast<std::size_t>(y);
      StoredRow(pixels, y, row);
      Filter(filtered[0], above, row, pixel_bytes, filtered + 1);
      std::swap(above, row);
    }
    changes.push_back(
        {filtered_bytes * static_cast<std::size_t>(range.begin), filtered_bytes * static_cast<std::size_t>(range.end)});
  }
  return SpliceDeflate(stream, inflated, changes);
}

}  // namespace removr::codec
