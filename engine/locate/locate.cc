#include "engine/locate/locate.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/locate/heat.h"
#include "engine/locate/pyramid.h"
#include "engine/locate/regions.h"
#include "engine/locate/repeat.h"
#include "engine/nn/tiles.h"

namespace removr::locate {
namespace {

constexpr nn::Tiling kTiling{.tile_px = 768, .overlap_px = 128, .multiple_px = 64, .shrink = 4};

cv::Rect Scaled(const cv::Rect& rect, cv::Size from, cv::Size to) {
  const double x = static_cast<double>(to.width) / from.width;
  const double y = static_cast<double>(to.height) / from.height;
  return cv::Rect(cv::Point(cvFloor(rect.x * x), cvFloor(rect.y * y)),
                  cv::Point(cvCeil(rect.br().x * x), cvCeil(rect.br().y * y)));
}

bool TouchesAny(const cv::Rect& tile, const std::vector<cv::Rect>& places) {
  return std::any_of(places.begin(), places.end(), [&](const cv::Rect& place) { return !(tile & place).empty(); });
}

// The tiles of a watermark are one finding, not what the network saw of some of them.
image::Findings WithTiles(std::optional<image::Finding> tiles, image::Findings findings) {
  if (!tiles) return findings;
  constexpr double kShare = .15;  // of a region, that the tiles' strokes cover
  std::erase_if(findings, [&](const image::Finding& finding) {
    const cv::Mat strokes = (tiles->strokes(finding.box) > 127) & finding.region;
    return cv::countNonZero(strokes) > kShare * cv::countNonZero(finding.region);
  });
  findings.insert(findings.begin(), std::move(*tiles));
  return findings;
}

Result<image::Findings> Search(const nn::Session& session, int threads, const image::Image& upright,
                               const std::vector<cv::Rect>* places) {
  const cv::Size size = upright.pixels.size();
  const auto levels = Scale(upright, LevelSizes(size));
  Heat heat = MakeHeat(size);
  for (const image::Image& level : levels) {
    const auto read = [&](const cv::Rect& tile) { return image::ReadRgb(level, tile); };
    const auto want = [&](const cv::Rect& tile) {
      return places == nullptr || TouchesAny(Scaled(tile, level.pixels.size(), size), *places);
    };
    ASSIGN_OR_RETURN(const auto planes, nn::RunTiled(session, level.pixels.size(), kTiling, threads, read, want));
    if (!planes.empty()) Merge(planes, heat);
  }
  return WithTiles(FindRepeated(upright), FindRegions(heat, size));
}

}  // namespace

Result<std::unique_ptr<Locator>> Locator::Create(const std::filesystem::path& network, int threads) {
  ASSIGN_OR_RETURN(auto session, nn::Session::Create({network, {"region", "kind"}, threads}));
  return std::unique_ptr<Locator>(new Locator(std::move(session), threads));
}

Result<image::Findings> Locator::Find(const image::Image& upright) const {
  return Search(*session_, threads_, upright, nullptr);
}

Result<image::Findings> Locator::FindNear(const image::Image& upright, const std::vector<cv::Rect>& places) const {
  return Search(*session_, threads_, upright, &places);
}

}  // namespace removr::locate
