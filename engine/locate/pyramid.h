// The scales at which a photograph is searched.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "engine/image/image.h"

namespace removr::locate {

// Each level has about half the side of the next; the last is the image itself. The first is small enough for the
// network to see whole (long side at most 768 px, but where the short side would become less than 96 px).
std::vector<cv::Size> LevelSizes(cv::Size image);

// The image at these sizes, in its own depth and colours; averaged, so that thin strokes fade but do not break. The
// last shares its pixels with `image`.
std::vector<image::Image> Shrink(const image::Image& image, const std::vector<cv::Size>& sizes);

}  // namespace removr::locate
