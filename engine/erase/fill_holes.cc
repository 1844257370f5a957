#include "engine/erase/fill_holes.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

constexpr float kBandRadiusPx = 5;  // thinner holes are strokes

// Distance to the outside, beyond the picture's edge included.
cv::Mat Depth(const cv::Mat& mask) {
  cv::Mat framed, depth;
  cv::copyMakeBorder(mask, framed, 1, 1, 1, 1, cv::BORDER_CONSTANT, 0);
  cv::distanceTransform(framed, depth, cv::DIST_L2, 3);
  return depth(cv::Rect({1, 1}, mask.size()));
}

// The parts of a mask, and how deep each is; part 0 is the outside.
struct Parts {
  cv::Mat labels, stats;
  std::vector<float> radius;

  Parts(const cv::Mat& mask, const cv::Mat& depth, int connectivity) {
    cv::Mat centroids;
    const int count = cv::connectedComponentsWithStats(mask, labels, stats, centroids, connectivity);
    radius.resize(static_cast<std::size_t>(count));
    for (int y = 0; y < mask.rows; ++y)
      for (int x = 0; x < mask.cols; ++x) {
        float& largest = radius[static_cast<std::size_t>(labels.at<int>(y, x))];
        largest = std::max(largest, depth.at<float>(y, x));
      }
  }

  int count() const { return static_cast<int>(radius.size()); }
  cv::Rect Box(int part) const {
    const int* row = stats.ptr<int>(part);
    return {row[cv::CC_STAT_LEFT], row[cv::CC_STAT_TOP], row[cv::CC_STAT_WIDTH], row[cv::CC_STAT_HEIGHT]};
  }
};

}  // namespace

double Radius(const cv::Mat& mask) {
  double radius = 0;
  cv::minMaxLoc(Depth(mask), nullptr, &radius);
  return radius;
}

cv::Mat CloseIslands(const cv::Mat& hole) {
  const cv::Mat depth = Depth(hole), outside = hole == 0;
  double deepest = 0;
  cv::minMaxLoc(depth, nullptr, &deepest);
  if (deepest < kBandRadiusPx) return hole;
  const Parts holes(hole, depth, 8), islands(outside, Depth(outside), 4);
  cv::Mat closed = hole.clone();
  for (int part = 1; part < islands.count(); ++part) {
    const cv::Rect box = islands.Box(part);
    if (box.x == 0 || box.y == 0 || box.br().x == hole.cols || box.br().y == hole.rows) continue;
    const cv::Mat island = islands.labels(box) == part;
    std::vector<cv::Point> pixels;
    cv::findNonZero(island.row(0), pixels);
    // What lies above an island's topmost pixel surrounds it.
    const int around = holes.labels.at<int>(box.y - 1, box.x + pixels.front().x);
    const float radius = holes.radius[static_cast<std::size_t>(around)];
    if (radius >= kBandRadiusPx && islands.radius[static_cast<std::size_t>(part)] <= radius)
      closed(box).setTo(255, island);
  }
  return closed;
}

std::vector<Hole> DivideHoles(const cv::Mat& unknown, int apart_px, cv::Point origin) {
  cv::Mat joined, labels, stats, centroids;
  cv::dilate(unknown, joined, cv::Mat::ones(2 * apart_px + 1, 2 * apart_px + 1, CV_8U), {-1, -1}, 1,
             cv::BORDER_CONSTANT, 0);
  const int count = cv::connectedComponentsWithStats(joined, labels, stats, centroids, 8);
  std::vector<Hole> holes;
  for (int part = 1; part < count; ++part) {
    const int* row = stats.ptr<int>(part);
    const cv::Rect box(row[cv::CC_STAT_LEFT], row[cv::CC_STAT_TOP], row[cv::CC_STAT_WIDTH], row[cv::CC_STAT_HEIGHT]);
    cv::Mat mask = (labels(box) == part) & (unknown(box) != 0);
    const cv::Rect tight = cv::boundingRect(mask);
    holes.push_back({tight + box.tl() + origin, mask(tight)});
  }
  return holes;
}

}  // namespace removr::erase
