#include "engine/erase/patch_match.h"

#include <algorithm>
#include <opencv2/core/hal/intrin.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace removr::erase {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014), started from a place.
class Random {
 public:
  Random(std::uint32_t seed, std::uint32_t index) : state_((std::uint64_t{seed} << 32 | index) * 0x9E3779B97F4A7C15u) {}

  // In [low, high].
  int Within(int low, int high) {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return low + static_cast<int>((z >> 32) * static_cast<std::uint64_t>(high - low + 1) >> 32);
  }

 private:
  std::uint64_t state_;
};

cv::v_uint32x4 RowDistance(const std::uint8_t* target, const std::uint8_t* source, const std::uint8_t* counts) {
  const auto half = [&](int at) {
    const auto difference = cv::v_absdiff(cv::v_load(target + at), cv::v_load(source + at));
    const auto counted = cv::v_min(difference, cv::v_load(counts + at));
    return cv::v_dotprod_expand_fast(counted, counted);
  };
  return half(0) + half(16);
}

// The top lefts of patches that overlap a mask.
cv::Mat TouchedBy(const cv::Mat& mask) {
  cv::Mat touched;
  cv::dilate(mask, touched, cv::Mat::ones(kPatchPx, kPatchPx, CV_8U), {0, 0}, 1, cv::BORDER_CONSTANT, 0);
  return touched;
}

bool IsSource(const Scene& scene, cv::Point at) {
  return at.x >= 0 && at.y >= 0 && at.x < scene.sources.cols && at.y < scene.sources.rows &&
         scene.sources.at<std::uint8_t>(at) != 0;
}

class Searcher {
 public:
  Searcher(const Scene& scene, const Effort& effort, Field& field) : scene_(scene), effort_(effort), field_(field) {
    cv::findNonZero(scene.sources, all_);
  }

  void Run() {
    if (all_.empty()) return;
    const cv::Size size = field_.size();
    for (int row = 0; row < size.height; ++row)
      for (int column = 0; column < size.width; ++column)
        if (field_.active(column, row)) Measure(column, row);
    for (int pass = 0; pass < effort_.passes; ++pass) {
      const bool back = pass % 2 != 0;
      for (int i = 0; i < size.height; ++i)
        for (int j = 0; j < size.width; ++j) {
          const int row = back ? size.height - 1 - i : i, column = back ? size.width - 1 - j : j;
          if (field_.active(column, row)) Improve(column, row, back ? 1 : -1, pass);
        }
    }
  }

 private:
  Random RandomAt(int column, int row, int pass) const {
    return {effort_.seed * 64 + static_cast<std::uint32_t>(pass),
            static_cast<std::uint32_t>(row) * static_cast<std::uint32_t>(field_.size().width) +
                static_cast<std::uint32_t>(column)};
  }

  // One near, if a few tries meet one, or any.
  cv::Point AnySource(cv::Point target, Random random) const {
    for (int tries = 0; tries < 8; ++tries) {
      const cv::Point near = Near(target, effort_.reach_px, random);
      if (IsSource(scene_, near)) return near;
    }
    return all_[static_cast<std::size_t>(random.Within(0, static_cast<int>(all_.size()) - 1))];
  }

  cv::Point Near(cv::Point at, int reach, Random& random) const {
    const int right = scene_.sources.cols - 1, bottom = scene_.sources.rows - 1;
    const int x = random.Within(std::clamp(at.x - reach, 0, right), std::clamp(at.x + reach, 0, right));
    return {x, random.Within(std::clamp(at.y - reach, 0, bottom), std::clamp(at.y + reach, 0, bottom))};
  }

  void Measure(int column, int row) {
    Match& match = field_.match(column, row);
    const cv::Point target = field_.At(column, row);
    if (!IsSource(scene_, match.source)) match.source = AnySource(target, RandomAt(column, row, 63));
    match.distance = PatchDistance(scene_, target, match.source, std::numeric_limits<int>::max());
  }

  void Try(cv::Point target, cv::Point source, Match& match) const {
    if (source == match.source || !IsSource(scene_, source)) return;
    const int distance = PatchDistance(scene_, target, source, match.distance - 1);
    if (distance < match.distance) match = {source, distance};
  }

  void Improve(int column, int row, int step, int pass) {
    Match& match = field_.match(column, row);
    const cv::Point target = field_.At(column, row);
    const auto propagate = [&](int from_column, int from_row) {
      if (from_column < 0 || from_row < 0 || from_column >= field_.size().width || from_row >= field_.size().height)
        return;
      if (!field_.active(from_column, from_row)) return;
      Try(target, field_.match(from_column, from_row).source + target - field_.At(from_column, from_row), match);
    };
    propagate(column + step, row);
    propagate(column, row + step);
    Random random = RandomAt(column, row, pass);
    for (int reach = effort_.reach_px; reach > 0; reach /= 2) Try(target, Near(match.source, reach, random), match);
  }

  const Scene& scene_;
  const Effort& effort_;
  Field& field_;
  std::vector<cv::Point> all_;
};

}  // namespace

Field::Field(const cv::Mat& unknown, const cv::Rect& part)
    : first_(part.tl()), last_(part.br() - cv::Point(kPatchPx, kPatchPx)) {
  if (part.width < kPatchPx || part.height < kPatchPx) return;
  const auto count = [](int span) { return (span - kPatchPx + kStridePx - 1) / kStridePx + 1; };
  size_ = {count(part.width), count(part.height)};
  const cv::Mat reached = TouchedBy(unknown(part));
  active_.create(size_, CV_8U);
  for (int row = 0; row < size_.height; ++row)
    for (int column = 0; column < size_.width; ++column)
      active_.at<std::uint8_t>(row, column) = reached.at<std::uint8_t>(At(column, row) - first_);
  matches_.resize(static_cast<std::size_t>(size_.area()));
}

cv::Mat FindSources(const cv::Mat& banned) {
  cv::Mat sources = TouchedBy(banned) == 0;
  sources.colRange(std::max(0, banned.cols - kPatchPx + 1), banned.cols) = 0;
  sources.rowRange(std::max(0, banned.rows - kPatchPx + 1), banned.rows) = 0;
  return sources;
}

int PatchDistance(const Scene& scene, cv::Point target, cv::Point source, int at_most) {
  constexpr int kRowsAtOnce = 4;
  int sum = 0;
  for (int y = 0; y < kPatchPx; y += kRowsAtOnce) {
    cv::v_uint32x4 rows = cv::v_setzero_u32();
    for (int r = y; r < y + kRowsAtOnce; ++r) {
      rows += RowDistance(scene.bytes.ptr(target.y + r, target.x), scene.bytes.ptr(source.y + r, source.x),
                          scene.counts.ptr(target.y + r, target.x));
    }
    sum += static_cast<int>(cv::v_reduce_sum(rows));
    if (sum > at_most) break;
  }
  return sum;
}

void Refine(const Field& coarse, const Scene& scene, Field& fine) {
  if (coarse.size().empty()) return;
  for (int row = 0; row < fine.size().height; ++row)
    for (int column = 0; column < fine.size().width; ++column) {
      if (!fine.active(column, row)) continue;
      const cv::Point at = fine.At(column, row), up = coarse.Before(at / 2);
      const cv::Point source = coarse.match(up.x, up.y).source;
      if (source.x < 0) continue;
      const cv::Point doubled = at + 2 * (source - coarse.At(up.x, up.y));
      if (IsSource(scene, doubled)) fine.match(column, row).source = doubled;
    }
}

void Search(const Scene& scene, const Effort& effort, Field& field) { Searcher(scene, effort, field).Run(); }

}  // namespace removr::erase
