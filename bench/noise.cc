#include "bench/noise.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace removr::bench {
namespace {

// One octave: random values on a grid of `cell_px`, joined smoothly.
cv::Mat Octave(Rng& rng, cv::Size size, cv::Size2d cell_px) {
  // A margin of two cells, so that resizing never extrapolates, and cells stay in proportion.
  const int columns = static_cast<int>(size.width / cell_px.width) + 5,
            rows = static_cast<int>(size.height / cell_px.height) + 5;
  cv::Mat grid(rows, columns, CV_32F);
  cv::RNG(rng.Next()).fill(grid, cv::RNG::UNIFORM, 0, 1);
  const cv::Matx23d place(1 / cell_px.width, 0, 2, 0, 1 / cell_px.height, 2);
  cv::Mat octave;
  cv::warpAffine(grid, octave, place, size, cv::INTER_CUBIC | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  return octave;
}

}  // namespace

cv::Mat FractalNoise(Rng& rng, cv::Size size, cv::Size2d cell_px, double gain) {
  cv::Mat sum = cv::Mat::zeros(size, CV_32F);
  double strength = 1, total = 0;
  while (std::max(cell_px.width, cell_px.height) >= 2 && strength > .02) {
    const cv::Size2d cell(std::max(1.5, cell_px.width), std::max(1.5, cell_px.height));
    cv::scaleAdd(Octave(rng, size, cell), strength, sum, sum);
    total += strength;
    strength *= gain;
    cell_px = cell_px / 2.;
  }
  if (total > 0) sum /= total;
  return sum;
}

std::vector<float> FractalLine(Rng& rng, int length, double cell_px, double gain) {
  const cv::Mat line = FractalNoise(rng, {length, 1}, {cell_px, 1e9}, gain);
  return {line.ptr<float>(0), line.ptr<float>(0) + length};
}

}  // namespace removr::bench
