#include "engine/locate/regions.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>
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
  double support_sum = 0;  // over the seed cells
  std::array<double, image::kKindCount> kinds{};
};

std::vector<Component> Measure(const Heat& heat, const cv::Mat& labels, int count, float seed) {
  std::vector<Component> components(count);
  for (int y = 0; y < labels.rows; ++y) {
    const int* label = labels.ptr<int>(y);
    const float* region = heat.region.ptr<float>(y);
    const float* support = heat.support.ptr<float>(y);
    for (int x = 0; x < labels.cols; ++x) {
      if (label[x] == 0) continue;
      Component& component = components[label[x]];
      ++component.cells;
      if (region[x] >= seed) {
        ++component.seed_cells;
        component.seed_sum += region[x];
        component.support_sum += support[x];
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

image::Finding ToFinding(const Component& component, const cv::Mat& labels, int label, const cv::Rect& bounds,
                         cv::Size image) {
  const cv::Rect wide = Grown(bounds, kMarginCells) & cv::Rect({}, labels.size());
  image::Finding finding;
  finding.kind = static_cast<image::Kind>(std::max_element(component.kinds.begin(), component.kinds.end()) -
                                          component.kinds.begin());
  finding.box = ToPixels(wide, image);
  finding.confidence = static_cast<float>(component.seed_sum / component.seed_cells);
  finding.support = static_cast<float>(component.support_sum / component.seed_cells);
  const int side = 2 * kMarginCells + 1;
  cv::Mat cells;
  cv::dilate(labels(wide) == label, cells, cv::getStructuringElement(cv::MORPH_ELLIPSE, {side, side}));
  cv::Mat pixels;
  cv::resize(cells, pixels, cells.size() * kCellPx, 0, 0, cv::INTER_NEAREST);
  finding.region = pixels(cv::Rect({}, finding.box.size())).clone();
  return finding;
}

}  // namespace

image::Findings FindRegions(const Heat& heat, cv::Size image, const Thresholds& thresholds) {
  const cv::Mat likely = heat.region >= thresholds.grow;
  cv::Mat labels, stats, centroids;
  const int count = cv::connectedComponentsWithStats(likely, labels, stats, centroids, 8, CV_32S);
  const auto components = Measure(heat, labels, count, thresholds.seed);
  image::Findings findings;
  for (int label = 1; label < count; ++label) {
    const Component& component = components[label];
    if (component.seed_cells == 0 || component.cells < thresholds.cells) continue;
    const int* stat = stats.ptr<int>(label);
    const cv::Rect bounds(stat[cv::CC_STAT_LEFT], stat[cv::CC_STAT_TOP], stat[cv::CC_STAT_WIDTH],
                          stat[cv::CC_STAT_HEIGHT]);
    findings.push_back(ToFinding(component, labels, label, bounds, image));
  }
  return findings;
}

}  // namespace removr::locate
