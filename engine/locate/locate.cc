#include "engine/locate/locate.h"

#include <algorithm>
#include <functional>
#include <future>
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

// The tiles of a watermark are one finding, not what the network saw of some of them.
image::Findings WithTiles(std::optional<image::Finding> tiles, image::Findings findings) {
  if (!tiles) return findings;
  constexpr double kShare = .04;  // of a region, that the tiles' strokes cover: only what lies between them is another
  std::erase_if(findings, [&](const image::Finding& finding) {
    const cv::Mat strokes = (tiles->strokes(finding.box) > 127) & finding.region;
    return cv::countNonZero(strokes) > kShare * cv::countNonZero(finding.region);
  });
  findings.insert(findings.begin(), std::move(*tiles));
  return findings;
}

// Whether a coarser look leaves open that an overlay shows in this tile.
bool MayShow(const Heat& heat, const cv::Rect& place) {
  constexpr double kRuledOut = .04;  // probability of every cell there
  const cv::Rect cells(cv::Point(place.x / 4, place.y / 4), cv::Point((place.br().x + 3) / 4, (place.br().y + 3) / 4));
  double likeliest = 0;
  cv::minMaxLoc(heat.region(cells & cv::Rect({}, heat.region.size())), nullptr, &likeliest);
  return likeliest >= kRuledOut;
}

// The tiles of a level that show the places.
std::vector<cv::Rect> CoverNear(cv::Size image, const std::vector<cv::Rect>& places, cv::Size level) {
  std::vector<cv::Rect> scaled;
  for (const cv::Rect& place : places) scaled.push_back(Scaled(place, image, level));
  return nn::CoverNear(level, scaled, kTiling);
}

// What the network sees in the whole image, or near the places.
Result<image::Findings> Search(const nn::Session& session, int threads, const image::Image& upright,
                               const std::vector<cv::Rect>* places) {
  constexpr int kLookedThroughPx = 2'500'000;  // a finer level is looked at only where the coarser ones saw something
  const cv::Size size = upright.pixels.size();
  Heat heat = MakeHeat(size);
  for (const image::Image& level : Scale(upright, LevelSizes(size))) {
    const cv::Size level_size = level.pixels.size();
    std::vector<cv::Rect> tiles = places == nullptr ? nn::Cover(level_size, kTiling)
                                                    : CoverNear(size, *places, level_size);
    if (level_size.area() > kLookedThroughPx)
      std::erase_if(tiles, [&](const cv::Rect& tile) { return !MayShow(heat, Scaled(tile, level_size, size)); });
    const auto read = [&](const cv::Rect& tile) { return image::ReadRgb(level, tile); };
    ASSIGN_OR_RETURN(const auto planes, nn::RunTiled(session, level_size, kTiling, tiles, threads, read));
    if (!planes.empty()) Merge(planes, heat);
  }
  return FindRegions(heat, size);
}

}  // namespace

Result<std::unique_ptr<Locator>> Locator::Create(const std::filesystem::path& network, int threads) {
  ASSIGN_OR_RETURN(auto session, nn::Session::Create({network, {"region", "kind"}, threads}));
  return std::unique_ptr<Locator>(new Locator(std::move(session), threads));
}

Result<image::Findings> Locator::Find(const image::Image& upright) const {
  auto tiles = std::async(threads_ > 1 ? std::launch::async : std::launch::deferred, FindRepeated, std::cref(upright));
  ASSIGN_OR_RETURN(image::Findings findings, Search(*session_, threads_, upright, nullptr));
  return WithTiles(tiles.get(), std::move(findings));
}

Result<image::Findings> Locator::FindNear(const image::Image& upright, const std::vector<cv::Rect>& places) const {
  return Search(*session_, threads_, upright, &places);
}

}  // namespace removr::locate
