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

// Where nothing can be copied.
cv::Mat Continue(const Crop& crop) {
  const cv::Mat trusted = crop.banned == 0;
  return ContinueSmoothly(crop.rgb, cv::countNonZero(trusted) > 0 ? trusted : cv::Mat(crop.unknown == 0));
}

}  // namespace

Crop Halve(const Crop& crop) {
  const auto halve = [](const cv::Mat& plane) {
    cv::Mat even, half;
    cv::copyMakeBorder(plane, even, 0, plane.rows % 2, 0, plane.cols % 2, cv::BORDER_REPLICATE);
    cv::resize(even, half, even.size() / 2, 0, 0, cv::INTER_AREA);
    return half;
  };
  return {.rgb = halve(crop.rgb),
          .unknown = halve(crop.unknown) > 0,
          .banned = halve(crop.banned) > 0,
          .guide = crop.guide.empty() ? cv::Mat() : halve(crop.guide)};
}

cv::Mat Synthesise(const Crop& crop, int reach_px) {
  std::vector<Crop> crops{crop};
  for (double radius = Radius(crop.unknown); radius > kWithinPatchPx; radius /= 2) {
    Crop half = Halve(crops.back());
    if (cv::countNonZero(FindSources(half.banned)) < kSourcesMin) break;
    crops.push_back(std::move(half));
  }
  if (cv::countNonZero(FindSources(crops.back().banned)) == 0) return Continue(crop);
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
  cv::Mat filled = crop.rgb.clone();
  level->rgb().copyTo(filled(level->part()), crop.unknown(level->part()));
  return filled;
}

}  // namespace removr::erase
