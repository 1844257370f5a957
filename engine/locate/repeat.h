// The strokes of a tiled watermark: what all its tiles have in common, and the photograph below them has not.
#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "engine/image/finding.h"
#include "engine/image/image.h"
#include "engine/locate/lattice.h"

namespace removr::locate {

struct Repeated {
  cv::Mat coverage;     // CV_32F, [0,1]: 1 inside strokes
  double contrast = 0;  // of a stroke against what lies around it, mean over the tiles and channels, [0,1]
};

// `rgb`: H x W x 3 float in [0,1]; the lattice in its px. All tiles are laid over each other: what they share adds up,
// the photograph averages out. Places count the more the calmer they are. Compare Dekel, Rubinstein, Liu, Freeman, "On
// the Effectiveness of Visible Watermarks", CVPR 2017, who do so over many images of one mark.
Repeated FoldTiles(const cv::Mat& rgb, const Lattice& lattice);

// The tiles of an upright image as one finding, with its strokes; nullopt where it has none that can be seen.
std::optional<image::Finding> FindRepeated(const image::Image& upright);

}  // namespace removr::locate
