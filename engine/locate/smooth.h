// A blur at a cost that does not depend on its width.
#pragma once

#include <opencv2/core.hpp>

namespace removr::locate {

// About a Gaussian of `sigma` px: two box filters after each other; mirrored at the border. `plane`: CV_32FC(n).
cv::Mat Smooth(const cv::Mat& plane, double sigma);

}  // namespace removr::locate
