// Where the tiles of a watermark lie. Whatever its text, size, angle and opacity, a tiled mark repeats exactly, in two
// directions; photographs hardly ever do (what nature and builders repeat varies, and is seen in perspective). So it is
// found without having been learnt.
#pragma once

#include <opencv2/core.hpp>
#include <optional>

namespace removr::locate {

// The places of the tiles are p + i first + j second for all integers i and j.
struct Lattice {
  cv::Vec2d first, second;  // px; a reduced basis (Gauss): no shorter vectors make the same lattice
  double score = 0;         // how far the repetition stands out, in standard deviations: about 0 on photographs
};

// `luma`: CV_32F, [0,1]. nullopt where nothing repeats, or fewer than about four times.
std::optional<Lattice> FindLattice(const cv::Mat& luma);

}  // namespace removr::locate
