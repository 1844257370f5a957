// A network over an image that is larger than it takes at once: overlapping tiles, blended so that no seam shows.
//
//     tile 0            weight in the overlap
//     |---------|       1 -----\   /-----
//           |---------|         \ /
//           tile 1      0        X
#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <vector>

#include "base/result.h"
#include "engine/nn/session.h"

namespace removr::nn {

struct Tiling {
  int tile_px = 512;     // longest side of a tile; a multiple of `multiple_px`
  int overlap_px = 64;   // at least this much is shared by neighbours
  int multiple_px = 64;  // what the network's input sides must be multiples of
  int shrink = 1;        // input px per output px
};

// Tiles that cover `size`, row by row, all inside it: at most tile_px long where the image is longer than that, and
// alike (the last of a row or column is up to shrink - 1 shorter), else as long as the image. Their left and top are multiples of `shrink`.
std::vector<cv::Rect> Cover(cv::Size size, const Tiling& tiling);

// A tile's pixels as the network takes them: of the rectangle's size, H x W x C float. Called on several threads at
// once.
using ReadTile = std::function<cv::Mat(const cv::Rect&)>;
// Whether a tile is to be run. One that is not counts as zeros.
using WantTile = std::function<bool(const cv::Rect&)>;

// The network's planes for an image of `size`, stitched: CV_32FC1, ceil(size / shrink); an output of one value is
// spread over its tile. Tiles are extended by replication to the network's multiple. The result does not depend on
// `threads`. Empty where no tile was wanted. Errors: Session::Run's.
Result<std::vector<cv::Mat>> RunTiled(const Session& session, cv::Size size, const Tiling& tiling, int threads,
                                      const ReadTile& read, const WantTile& want = nullptr);

}  // namespace removr::nn
