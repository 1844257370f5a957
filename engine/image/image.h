// A decoded photograph in its file's own depth, and the masks that say which of its pixels may change.
//
// Layout: cv::Mat, H x W, channels interleaved, 8 or 16 bits per channel, origin top left, as stored in the file
// (before any EXIF orientation). Colour values are the file's own: no profile is applied, so a wide-gamut photograph
// stays one.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

#include "base/result.h"

namespace removr::image {

enum class ColorModel {
  kGray,  // 1 channel, or 2 with alpha
  kRgb,   // 3 channels R, G, B, or 4 with alpha
  kCmyk,  // 4 channels C, M, Y, K as 0 = no ink; never alpha
};

struct Image {
  cv::Mat pixels;  // CV_8UC(n) or CV_16UC(n), n = colour channels + has_alpha; alpha is last and not premultiplied
  ColorModel model = ColorModel::kRgb;
  bool has_alpha = false;
  int orientation = 1;       // EXIF 2.32, tag 274: 1 to 8, how a viewer turns the stored pixels
  bool soft_colors = false;  // the file holds chroma at half the resolution: most JPEGs, lossy WebP

  int width() const { return pixels.cols; }
  int height() const { return pixels.rows; }
};

// H x W, CV_8UC1; 0 keeps a pixel exactly as it was, anything else allows a change. 255 where written by us.
using Mask = cv::Mat;

// The pixels turned as a viewer shows them; orientation becomes 1. No resampling: FromUpright(ToUpright(i)) is i. Where
// there is nothing to turn, the result shares its memory with `image`.
Image ToUpright(const Image& image);
// Turns upright pixels (or a mask) back to how `orientation` stores them. May share memory likewise.
cv::Mat FromUpright(const cv::Mat& upright, int orientation);

// A region as the networks see it: H x W x 3, float, R G B in [0,1]. `region` must lie inside the image. Gray is spread
// to three channels; CMYK is shown as R = (1-C)(1-K) and so on; alpha is not looked at.
cv::Mat ReadRgb(const Image& image, const cv::Rect& region);

// Writes `rgb` (as ReadRgb gave it, values clamped to [0,1]) back into `region`, but only where `mask` (of the region's
// size, CV_8UC1) is not 0; everything else, alpha included, keeps its bits. Gray takes the luma (BT.601). CMYK keeps K
// where the colour allows it and lowers it where not.
void WriteRgb(Image& image, const cv::Rect& region, const cv::Mat& rgb, const cv::Mat& mask);

}  // namespace removr::image
