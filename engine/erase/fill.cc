#include "engine/erase/fill.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "engine/erase/fill_holes.h"
#include "engine/erase/fill_pyramid.h"
#include "engine/erase/patch_match.h"

namespace removr::erase {
namespace {

constexpr int kReachMinPx = 48,
              kReachMaxPx = 512;  // around a hole, what may be copied
constexpr int kReachPerRadius = 4;
constexpr int kSourcesMin = 1024;  // fewer, and the reach is doubled

cv::Mat Dilated(const cv::Mat& mask, int by_px) {
  cv::Mat larger;
  cv::dilate(mask, larger, cv::Mat::ones(2 * by_px + 1, 2 * by_px + 1, CV_8U), {-1, -1}, 1, cv::BORDER_CONSTANT, 0);
  return larger;
}

cv::Rect Grown(const cv::Rect& rect, int by_px) {
  return {rect.x - by_px, rect.y - by_px, rect.width + 2 * by_px, rect.height + 2 * by_px};
}

// The picture around a hole, with enough to copy where there is that much.
struct Place {
  cv::Rect window;
  int reach_px;
};

Place FindPlace(const Hole& hole, const cv::Mat& banned) {
  const cv::Rect whole({}, banned.size());
  Place place{{}, std::clamp(cvCeil(kReachPerRadius * Radius(hole.mask)), kReachMinPx, kReachMaxPx)};
  for (;; place.reach_px *= 2) {
    place.window = Grown(hole.box, place.reach_px) & whole;
    if (place.window == whole || cv::countNonZero(FindSources(banned(place.window))) >= kSourcesMin) return place;
  }
}

// What there is to fill, of the picture's size.
struct Task {
  const cv::Mat& rgb;
  const FillHints& hints;
  cv::Mat exact;   // CV_8UC1, what is written
  cv::Mat banned;  // CV_8UC1, what must not be copied
};

void FillOne(const Task& task, const Hole& hole, cv::Mat& result) {
  const FillHints& hints = task.hints;
  const Place place = FindPlace(hole, task.banned);
  Crop crop{.rgb = {},
            .unknown = cv::Mat::zeros(place.window.size(), CV_8U),
            .banned = task.banned(place.window),
            .guide = {}};
  cv::cvtColor(task.rgb(place.window), crop.rgb, cv::COLOR_RGB2RGBA);
  const cv::Rect box = hole.box - place.window.tl();
  hole.mask.copyTo(crop.unknown(box));
  // Other overlays are no measure for the patches here.
  if (!hints.avoid.empty()) crop.unknown |= Dilated(crop.unknown, kPatchPx) & (hints.avoid(place.window) != 0);
  if (!hints.guide.empty()) cv::cvtColor(hints.guide(place.window), crop.guide, cv::COLOR_RGB2RGBA);
  cv::Mat filled;
  cv::cvtColor(Synthesise(crop, place.reach_px)(box), filled, cv::COLOR_RGBA2RGB);
  cv::max(filled, 0, filled);
  cv::min(filled, 1, filled);
  filled.copyTo(result(hole.box), hole.mask & task.exact(hole.box));
}

}  // namespace

cv::Mat Fill(const cv::Mat& rgb, const cv::Mat& hole, const FillHints& hints) {
  Task task{rgb, hints, hole != 0, cv::Mat::zeros(hole.size(), CV_8U)};
  const cv::Rect box = Grown(cv::boundingRect(task.exact), hints.smear_px + 1) & cv::Rect({}, hole.size());
  if (box.empty()) return rgb;
  cv::Mat unknown = CloseIslands(Dilated(task.exact(box), hints.smear_px));
  if (cv::countNonZero(unknown) == static_cast<int>(hole.total())) unknown = task.exact.clone();
  if (cv::countNonZero(unknown) == static_cast<int>(hole.total())) return rgb;
  const std::vector<Hole> holes = DivideHoles(unknown, kPatchPx, box.tl());
  unknown.copyTo(task.banned(box));
  if (!hints.avoid.empty()) task.banned |= hints.avoid != 0;
  cv::Mat result = rgb.clone();
  for (const Hole& one : holes) FillOne(task, one, result);
  return result;
}

}  // namespace removr::erase
