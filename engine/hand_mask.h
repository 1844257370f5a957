// What a person chose to have removed, as a mask of the image.
#pragma once

#include "base/choices.h"
#include "base/result.h"
#include "engine/image/image.h"

namespace removr::engine {

// `mask` and the region together, CV_8UC1 of `size`, 255 where something is to go; empty where neither was given.
// A region in per cent or fractions of a pixel covers every pixel that it touches, and is cut at the image's edges.
// kMaskMismatch, with a public text, where the mask has another size or the region lies outside.
Result<image::Mask> HandMask(const image::Mask& mask, const std::optional<Region>& region, cv::Size size);

}  // namespace removr::engine
