#include "engine/erase/fill_pyramid.h"

#include <algorithm>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "engine/erase/fill_holes.h"
#include "engine/erase/fill_smooth.h"

namespace removr::erase {
namespace {

constexpr double kWithinPatchPx = 3;  // a hole's radius at the coarsest level: its patches see known pixels
constexpr int kSourcesMin = 64;       // of a coarser level
constexpr int kRounds = 2;            // of each coarser level; thin strokes have none, and need only the last

}  // namespace

Crop Halve(const Crop& crop) {
  const cv::Size size((crop.rgb.cols + 1) / 2, (crop.rgb.rows + 1) / 2);
  Crop half{
      cv::Mat(size, CV_32FC4, cv::Scalar(0, 0, 0, 1)), cv::Mat::zeros(size, CV_8U), cv::Mat::zeros(size, CV_8U), {}};
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      cv::Vec4f sum;
      std::uint8_t unknown = 0, banned = 0;
      for (int j = 2 * y; j < std::min(2 * y + 2, crop.rgb.rows); ++j)
        for (int i = 2 * x; i < std::min(2 * x + 2, crop.rgb.cols); ++i) {
          unknown |= crop.unknown.at<std::uint8_t>(j, i);
          banned |= crop.banned.at<std::uint8_t>(j, i);
          if (crop.unknown.at<std::uint8_t>(j, i) == 0) sum += crop.rgb.at<cv::Vec4f>(j, i);
        }
      half.unknown.at<std::uint8_t>(y, x) = unknown;
      half.banned.at<std::uint8_t>(y, x) = banned;
      if (sum[3] > 0) half.rgb.at<cv::Vec4f>(y, x) = sum * (1 / sum[3]);
    }
  if (!crop.guide.empty()) cv::resize(crop.guide, half.guide, size, 0, 0, cv::INTER_AREA);
  return half;
}

cv::Mat Synthesise(const Crop& crop, int reach_px) {
  std::vector<Crop> crops{crop};
  for (double radius = Radius(crop.unknown); radius > kWithinPatchPx; radius /= 2) {
    Crop half = Halve(crops.back());
    if (cv::countNonZero(FindSources(half.banned)) < kSourcesMin) break;
    crops.push_back(std::move(half));
  }
  if (cv::countNonZero(FindSources(crops.back().banned)) == 0) return ContinueSmoothly(crop.rgb, crop.unknown == 0);
  std::unique_ptr<Level> level;
  for (int scale = static_cast<int>(crops.size()) - 1; scale >= 0; --scale) {
    const auto index = static_cast<std::size_t>(scale);
    auto finer = std::make_unique<Level>(crops[index], reach_px >> scale, 16U * static_cast<std::uint32_t>(scale));
    if (level)
      finer->BeginFrom(*level);
    else
      finer->Begin();
    if (scale > 0) finer->Improve(kRounds);
    level = std::move(finer);
  }
  level->Finish();
  return level->rgb();
}

}  // namespace removr::erase
