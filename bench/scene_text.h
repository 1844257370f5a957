// Text that belongs to the scene: signs, lettering on walls, engravings, labels. It lies on a surface in perspective,
// takes the scene's light, and is as soft and as noisy as the photograph, so removing it would be a mistake.
#pragma once

#include <opencv2/core.hpp>

#include "bench/fonts.h"
#include "bench/random.h"

namespace removr::bench {

// `photo`: CV_8UC3, B G R; returns it with one to three pieces of text in it.
cv::Mat WithSceneText(const Fonts& fonts, Rng& rng, const cv::Mat& photo);

}  // namespace removr::bench
