#include "bench/noise.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::bench {
namespace {

// One octave: random values on a grid of about `cell_px`, joined smoothly. cv::resize, as cv::warpAffine rounds
// coordinates to 1/32 and would show steps.
cv::Mat Octave(Rng& rng, cv::Size size, cv::Size2d cell_px) {
  const auto cells = [](int length, double cell) {
    return std::max(2, static_cast<int>(std::ceil(length / cell)) + 1);
  };
  cv::Mat grid(cells(size.height, cell_px.height), cells(size.width, cell_px.width), CV_32F), octave;
  cv::RNG(rng.Next()).fill(grid, cv::RNG::UNIFORM, 0, 1);
  cv::resize(grid, octave, size, 0, 0, cv::INTER_CUBIC);
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
