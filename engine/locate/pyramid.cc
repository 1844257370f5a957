#include "engine/locate/pyramid.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::locate {
namespace {

constexpr double kCoarsestLongPx = 384;
constexpr double kCoarsestShortPx = 96;
constexpr double kStep = 2;            // between levels
constexpr double kSmallestStep = 1.3;  // a level that is hardly coarser than the next is left out
constexpr double kFinestAreaPx = 6.3e6;
constexpr double kEnlarged = 1.5;
constexpr double kEnlargedAreaPx = 2.5e6;  // a level that would be larger is left out

cv::Size Scaled(cv::Size size, double scale) {
  return {std::max(1, cvRound(size.width * scale)), std::max(1, cvRound(size.height * scale))};
}

}  // namespace

std::vector<cv::Size> LevelSizes(cv::Size image) {
  const double long_px = std::max(image.width, image.height);
  const double short_px = std::min(image.width, image.height);
  const double fitting = std::sqrt(kFinestAreaPx / (long_px * short_px));
  const double finest = fitting * kSmallestStep < 1 ? fitting : 1;
  std::vector<cv::Size> sizes;
  for (double scale = std::max(kCoarsestLongPx / long_px, kCoarsestShortPx / short_px); scale * kSmallestStep < finest;
       scale *= kStep) {
    sizes.push_back(Scaled(image, scale));
  }
  sizes.push_back(Scaled(image, finest));
  if (kEnlarged * kEnlarged * long_px * short_px <= kEnlargedAreaPx) sizes.push_back(Scaled(image, kEnlarged));
  return sizes;
}

std::vector<image::Image> Scale(const image::Image& image, const std::vector<cv::Size>& sizes) {
  std::vector<image::Image> levels(sizes.size(), image);
  const image::Image* finer = &image;
  for (std::size_t i = sizes.size(); i-- > 0;) {
    if (sizes[i] == image.pixels.size()) continue;
    const bool enlarged = sizes[i].width > image.pixels.cols;
    cv::Mat scaled;  // a fresh one: the levels still share the image's pixels here
    cv::resize(finer->pixels, scaled, sizes[i], 0, 0, enlarged ? cv::INTER_CUBIC : cv::INTER_AREA);
    levels[i].pixels = scaled;
    if (!enlarged) finer = &levels[i];
  }
  return levels;
}

}  // namespace removr::locate
