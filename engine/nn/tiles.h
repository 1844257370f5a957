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

// The same for some places alone, which may lie partly outside: windows with overlap_px around each, joined where that
// makes no more of them, and cut into tiles where they are larger than one.
std::vector<cv::Rect> CoverNear(cv::Size size, const std::vector<cv::Rect>& places, const Tiling& tiling);

// A tile's pixels as the network takes them: of the rectangle's size, H x W x C float. Called on several threads at
// once.
using ReadTile = std::function<cv::Mat(const cv::Rect&)>;

// The network's planes for these tiles of an image of `size` (those of Cover, or some other ones that a network takes),
// stitched: CV_32FC1, ceil(size / shrink), 0 where no tile is; an output of one value is spread over its tile. Tiles are
// extended by replication to the network's multiple. The result does not depend on `threads`. Empty where no tile is
// given. Errors: Session::Run's.
Result<std::vector<cv::Mat>> RunTiled(const Session& session, cv::Size size, const Tiling& tiling,
                                      const std::vector<cv::Rect>& tiles, int threads, const ReadTile& read);

}  // namespace removr::nn
