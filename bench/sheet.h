// A contact sheet: one row a case, so that a person sees what the numbers mean.
#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "bench/score.h"

namespace removr::bench {

// A row, cut to what the overlay and the found mask take: input, masks (red: found, green: true, yellow: both), result,
// truth and eight times the difference of result and truth (gray: none). CV_8UC3, B G R.
cv::Mat SheetRow(const Exhibit& exhibit, const std::string& label);

// The rows below each other.
cv::Mat Sheet(const std::vector<cv::Mat>& rows);

// Which of the composites to show: the `count` worst by gain, but at most a third of them overlays that were not found
// at all, which look alike. Indices into `scores`, worst first.
std::vector<int> Worst(const std::vector<Score>& scores, int count);

}  // namespace removr::bench
