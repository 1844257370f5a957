// What a result is worth: the definitions of docs/quality.md, as functions of pixels.
//
// Images are CV_8UC3, B G R, of one size; masks CV_8UC1 of that size, where anything but 0 is inside.
#pragma once

#include <opencv2/core.hpp>

namespace removr::bench {

inline constexpr double kPsnrMax = 60;  // what identical pixels score, so that averages stay finite

// Root of the mean squared difference over the pixels inside and all channels, in [0,255]; 0 where nothing is inside.
double Rmse(const cv::Mat& a, const cv::Mat& b, const cv::Mat& inside);

// 20 log10(255 / Rmse), at most kPsnrMax.
double Psnr(const cv::Mat& a, const cv::Mat& b, const cv::Mat& inside);

struct Overlap {
  double iou = 1, f1 = 1;  // both 1 where both masks are empty
  double recall = 1;       // share of `truth` that is in `found`; 1 where `truth` is empty
};
Overlap Compare(const cv::Mat& found, const cv::Mat& truth);

// Mean Sobel magnitude of the luma inside. Texture energy is its ratio, result over truth.
double MeanGradient(const cv::Mat& image, const cv::Mat& inside);

// Largest difference of any channel outside the mask.
int LargestDifference(const cv::Mat& a, const cv::Mat& b, const cv::Mat& outside_of);

// The mask grown to whole blocks of `block_px`, and by one pixel more: what a JPEG may change, whose decoder smooths
// chroma over a block's edge.
cv::Mat GrownToBlocks(const cv::Mat& mask, int block_px);

// How much of an overlay can still be seen: the share of the true mask where the result still lies a quarter of the way
// from the truth to the marked image, and by eight levels or more: averaged inside the mask over 5 x 5 px, and over
// half of the overlay's thickness as well, so that texture, be it what a broad one is filled with, does not count.
double VisibleRest(const cv::Mat& result, const cv::Mat& marked, const cv::Mat& truth, const cv::Mat& mask);

}  // namespace removr::bench
