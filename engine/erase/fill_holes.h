// Which pixels a fill has to make, and how they are divided into holes that have nothing to do with each other.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace removr::erase {

// Half the thickness of the thickest part of `mask` (CV_8UC1), px.
double Radius(const cv::Mat& mask);

// `hole` (CV_8UC1) and the islands in it that are thinner than it is: in a thick band they are its letters, while what
// a thin stroke encloses is photograph.
cv::Mat CloseIslands(const cv::Mat& hole);

struct Hole {
  cv::Rect box;  // of the picture
  cv::Mat mask;  // CV_8UC1, of the box's size
};

// The parts of `unknown` (CV_8UC1, a part of the picture whose top left is `origin`) that lie more than 2 `apart_px`
// from each other, in the order of their first pixels.
std::vector<Hole> DivideHoles(const cv::Mat& unknown, int apart_px, cv::Point origin);

}  // namespace removr::erase
