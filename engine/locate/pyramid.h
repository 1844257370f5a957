// The scales at which a photograph is searched.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/image/image.h"

namespace removr::locate {

// Coarse to fine: each level has about half the side of the next. The first has a long side of 384 px (more where the
// short side would become less than 96 px): a band across the image is small there. The last is the image itself, or
// has 6.3 megapixels where the image has many more: what is legible on such an image, or stamped on it by its camera,
// still has strokes of some px there, and from there on the search costs the same. A small image is also looked at
// enlarged: the overlays on it are small as well.
std::vector<cv::Size> LevelSizes(cv::Size image);

// The image at these sizes, in its own depth and colours. Averaged where smaller, so that thin strokes fade but do not
// break; interpolated where larger; a level of the image's size shares its pixels.
std::vector<image::Image> Scale(const image::Image& image, const std::vector<cv::Size>& sizes);

}  // namespace removr::locate
