#include "engine/receipt/rle.h"

namespace removr::receipt {

std::vector<std::uint32_t> RunLengths(const image::Mask& mask) {
  cv::Mat columns;
  cv::transpose(mask, columns);
  std::vector<std::uint32_t> counts;
  std::uint32_t run = 0;
  bool inside = false;
  for (int y = 0; y < columns.rows; ++y) {
    const std::uint8_t* row = columns.ptr(y);
    for (int x = 0; x < columns.cols; ++x) {
      if ((row[x] != 0) != inside) {
        counts.push_back(run);
        run = 0;
        inside = !inside;
      }
      ++run;
    }
  }
  counts.push_back(run);
  return counts;
}

}  // namespace removr::receipt
