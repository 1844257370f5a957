// The scales at which a photograph is searched.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/image/image.h"

namespace removr::locate {

// Coarse to fine: each level up to the image itself has about half the side of the next. The first has a long side of
// 384 px (more where the short side would become less than 96 px): a band across the image is small there. A small
// image is seen enlarged as well, up to twice and a long side of 1600 px: so thin strokes become wide ones. On
// composites that finds half as many overlays again as the image's own scale does, at the same number of false ones.
std::vector<cv::Size> LevelSizes(cv::Size image);

// The image at these sizes, in its own depth and colours. Averaged where smaller, so that thin strokes fade but do not
// break; a level of the image's size shares its pixels.
std::vector<image::Image> Scale(const image::Image& image, const std::vector<cv::Size>& sizes);

}  // namespace removr::locate
