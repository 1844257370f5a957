#include "engine/locate/pyramid.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::locate {
namespace {

constexpr double kWholeLongPx = 768;
constexpr double kWholeShortPx = 96;
constexpr double kStep = 2;            // between levels
constexpr double kSmallestStep = 1.3;  // a level that is hardly coarser than the next is left out

cv::Size Scaled(cv::Size size, double scale) {
  return {std::max(1, cvRound(size.width * scale)), std::max(1, cvRound(size.height * scale))};
}

}  // namespace

std::vector<cv::Size> LevelSizes(cv::Size image) {
  const double long_px = std::max(image.width, image.height);
  const double short_px = std::min(image.width, image.height);
  std::vector<cv::Size> sizes;
  for (double scale = std::max(kWholeLongPx / long_px, kWholeShortPx / short_px); scale * kSmallestStep < 1;
       scale *= kStep) {
    sizes.push_back(Scaled(image, scale));
  }
  sizes.push_back(image);
  return sizes;
}

std::vector<image::Image> Shrink(const image::Image& image, const std::vector<cv::Size>& sizes) {
  std::vector<image::Image> levels(sizes.size(), image);
  for (std::size_t i = sizes.size() - 1; i-- > 0;) {
    // A fresh Mat: all levels still share the image's pixels here.
    cv::Mat shrunk;
    cv::resize(levels[i + 1].pixels, shrunk, sizes[i], 0, 0, cv::INTER_AREA);
    levels[i].pixels = shrunk;
  }
  return levels;
}

}  // namespace removr::locate
