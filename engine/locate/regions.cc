#include "engine/locate/regions.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

namespace removr::locate {
namespace {

constexpr int kCellPx = 4;
constexpr int kMarginCells = 2;  // around a component

cv::Rect Grown(const cv::Rect& rect, int by) {
  return {rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by};
}

// Sums over the cells of one component.
struct Component {
  int cells = 0;
  int seed_cells = 0;
  double seed_sum = 0;
  double support_sum = 0;  // over the seed cells, as is the next
  double mean_sum = 0;
  std::array<double, image::kKindCount> kinds{};
};

std::vector<Component> Measure(const Heat& heat, const cv::Mat& labels, int count, float seed) {
  std::vector<Component> components(count);
  for (int y = 0; y < labels.rows; ++y) {
    const int* label = labels.ptr<int>(y);
    const float* region = heat.region.ptr<float>(y);
    const float* support = heat.support.ptr<float>(y);
    const float* mean = heat.mean.ptr<float>(y);
    for (int x = 0; x < labels.cols; ++x) {
      if (label[x] == 0) continue;
      Component& component = components[label[x]];
      ++component.cells;
      if (region[x] >= seed) {
        ++component.seed_cells;
        component.seed_sum += region[x];
        component.support_sum += support[x];
        component.mean_sum += mean[x];
      }
      for (int kind = 0; kind < image::kKindCount; ++kind) component.kinds[kind] += heat.kinds[kind].at<float>(y, x);
    }
  }
  return components;
}

// A cell is kCellPx wide, but for the last of a row or column.
cv::Rect ToPixels(const cv::Rect& cells, cv::Size image) {
  return cv::Rect(cells.tl() * kCellPx, cells.br() * kCellPx) & cv::Rect({}, image);
}

bool IsLikely(const Component& component, const Thresholds& thresholds) {
  return component.seed_sum + component.support_sum >= thresholds.sum * component.seed_cells;
}

// A part of a heat map, which it shares.
struct View {
  Heat heat;
  cv::Point origin;  // its first cell in the whole

  View In(const cv::Rect& cells) const {
    View view{{heat.region(cells), heat.support(cells), heat.mean(cells), {}}, origin + cells.tl()};
    for (int kind = 0; kind < image::kKindCount; ++kind) view.heat.kinds[kind] = heat.kinds[kind](cells);
    return view;
  }
};

image::Finding ToFinding(const Component& component, const cv::Mat& labels, int label, const cv::Rect& bounds,
                         cv::Point origin, cv::Size image) {
  const cv::Rect wide = Grown(bounds, kMarginCells) & cv::Rect({}, labels.size());
  image::Finding finding;
  finding.kind = static_cast<image::Kind>(std::max_element(component.kinds.begin(), component.kinds.end()) -
                                          component.kinds.begin());
  finding.box = ToPixels(wide + origin, image);
  finding.confidence = static_cast<float>(component.seed_sum / component.seed_cells);
  finding.support = static_cast<float>(component.support_sum / component.seed_cells);
  finding.mean = static_cast<float>(component.mean_sum / component.seed_cells);
  const int side = 2 * kMarginCells + 1;
  cv::Mat cells;
  cv::dilate(labels(wide) == label, cells, cv::getStructuringElement(cv::MORPH_ELLIPSE, {side, side}));
  cv::Mat pixels;
  cv::resize(cells, pixels, cells.size() * kCellPx, 0, 0, cv::INTER_NEAREST);
  finding.region = pixels(cv::Rect({}, finding.box.size())).clone();
  return finding;
}

image::Findings FindParts(const View& view, const cv::Mat& cells, cv::Size image, const Thresholds& thresholds);

// The components of `likely`, a mask of the view's cells, which are all at least so likely; where one is not likely
// enough as a whole, its parts that are.
image::Findings FindComponents(const View& view, const cv::Mat& likely, float least, cv::Size image,
                               const Thresholds& thresholds) {
  cv::Mat labels, stats, centroids;
  const int count = cv::connectedComponentsWithStats(likely, labels, stats, centroids, 8, CV_32S);
  const auto components = Measure(view.heat, labels, count, thresholds.seed);
  image::Findings findings;
  for (int label = 1; label < count; ++label) {
    const Component& component = components[label];
    if (component.seed_cells == 0 || component.cells < thresholds.cells) continue;
    const int* stat = stats.ptr<int>(label);
    const cv::Rect bounds(stat[cv::CC_STAT_LEFT], stat[cv::CC_STAT_TOP], stat[cv::CC_STAT_WIDTH],
                          stat[cv::CC_STAT_HEIGHT]);
    image::Findings parts = FindParts(view.In(bounds), labels(bounds) == label, image, thresholds);
    if (!IsLikely(component, thresholds)) {
      std::ranges::move(parts, std::back_inserter(findings));
      continue;
    }
    findings.push_back(ToFinding(component, labels, label, bounds, view.origin, image));
    findings.back().least = least;
    findings.back().parts = std::move(parts);
  }
  return findings;
}

// What a component falls into at the first threshold of the scales' mean that leaves a good part of it out: one scale
// alone often runs together what belongs to the scene and the overlay upon it.
image::Findings FindParts(const View& view, const cv::Mat& cells, cv::Size image, const Thresholds& thresholds) {
  constexpr float kSteps[] = {.15F, .3F, .5F, .7F, .8F, .9F, .95F};
  constexpr double kMostKept = .7;  // of the cells
  for (const float step : kSteps) {
    const cv::Mat surer = (view.heat.mean >= step) & cells;
    if (cv::countNonZero(surer) > kMostKept * cv::countNonZero(cells)) continue;
    return FindComponents(view, surer, step, image, thresholds);
  }
  return {};
}

}  // namespace

image::Findings FindRegions(const Heat& heat, cv::Size image) {
  Thresholds thresholds;
  if (image.area() > thresholds.large_px) thresholds.sum = thresholds.sum_of_large;
  return FindComponents({heat, {}}, heat.region >= thresholds.grow, thresholds.grow, image, thresholds);
}

}  // namespace removr::locate
