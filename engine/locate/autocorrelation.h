// How much a photograph resembles itself, moved. What repeats in it (the tiles of a watermark, but windows and waves as
// well) shows as peaks.
#pragma once

#include <opencv2/core.hpp>

namespace removr::locate {

// Values for moves (x, y) with |x| <= x_max and 0 <= y <= y_max; the other half is the same. Row y, column x + x_max.
struct Autocorrelation {
  int x_max = 0, y_max = 0;
  cv::Mat value;      // CV_32F, 1 where the photograph equals itself, about 0 where nothing repeats
  cv::Mat sharpness;  // CV_32F, how far a value stands out of its surroundings in every direction (a ridge, as lines
                      // and edges make, does not), in standard deviations of the whole map
};

// `luma`: CV_32F, [0,1], at least 64 px on each side. By the Wiener-Khinchin theorem, over two signals at once: local
// contrast and edges, both evened out so that a faint mark counts as much as the strongest edge of the scene.
Autocorrelation Autocorrelate(const cv::Mat& luma);

}  // namespace removr::locate
