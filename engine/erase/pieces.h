// Strokes are covered as a whole: where a network knows the rim of a thick letter and not its inside, or takes its
// counter for a part of it, the even pieces of the image between two edges say which belongs to which.
#pragma once

#include <opencv2/core.hpp>

#include "engine/erase/layer.h"

namespace removr::erase {

// Of each piece for which its neighbours say clearly what it is: 1 where the layer covers it, 0 where it does not;
// elsewhere .5. CV_32FC1. Across an edge between a covered piece and one that is not, what the latter would look like
// under the layer goes on in the former; between two that are alike, the image itself does. Pieces are even against the
// layer's contrast, so that of thin strokes and in texture there are none. What has no part in the layer's strokes yet
// is not asked. `rgb`: H x W x 3 float in [0,1].
cv::Mat SettlePieces(const cv::Mat& rgb, const Layer& layer);

}  // namespace removr::erase
