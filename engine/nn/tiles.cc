#include "engine/nn/tiles.h"

#include <algorithm>

#include "engine/nn/parallel.h"

namespace removr::nn {
namespace {

int DivideUp(int value, int by) { return (value + by - 1) / by; }

struct Span {
  int start, length;
};

std::vector<Span> CoverAxis(int length, const Tiling& tiling) {
  if (length <= tiling.tile_px) return {{0, length}};
  const int steps = DivideUp(length - tiling.tile_px, tiling.tile_px - tiling.overlap_px);
  // As few tiles as there must be, and these no longer than they need to be.
  const int shortest = DivideUp(length + steps * tiling.overlap_px, steps + 1);
  const int tile = std::min(tiling.tile_px, DivideUp(shortest, tiling.multiple_px) * tiling.multiple_px);
  const int slack = length - tile;
  std::vector<Span> spans;
  for (int i = 0; i <= steps; ++i) {
    const int start = static_cast<int>(static_cast<std::int64_t>(slack) * i / steps);
    spans.push_back({start / tiling.shrink * tiling.shrink, tile});
  }
  // The last tile ends with the image, and may be a few pixels short.
  spans.back().start = DivideUp(slack, tiling.shrink) * tiling.shrink;
  spans.back().length = length - spans.back().start;
  return spans;
}

// How much each position along a tile counts: rising over the overlap on the sides where there is a neighbour.
std::vector<float> Ramp(int length, int overlap, bool neighbour_before, bool neighbour_after) {
  std::vector<float> weights(length, 1.0F);
  for (int i = 0; i < std::min(overlap, length); ++i) {
    const float rise = (static_cast<float>(i) + 0.5F) / static_cast<float>(overlap);
    if (neighbour_before) weights[i] = std::min(weights[i], rise);
    if (neighbour_after) weights[length - 1 - i] = std::min(weights[length - 1 - i], rise);
  }
  return weights;
}

class Canvas {
 public:
  Canvas(cv::Size size, const Tiling& tiling)
      : tiling_(tiling),
        input_(size),
        size_(DivideUp(size.width, tiling.shrink), DivideUp(size.height, tiling.shrink)) {}

  // Adds a tile's planes; each is cropped to the part that shows the image.
  void Add(const cv::Rect& tile, const std::vector<cv::Mat>& tile_planes) {
    const cv::Rect place(tile.x / tiling_.shrink, tile.y / tiling_.shrink, DivideUp(tile.width, tiling_.shrink),
                         DivideUp(tile.height, tiling_.shrink));
    const int overlap = std::max(1, tiling_.overlap_px / tiling_.shrink);
    const auto across = Ramp(place.width, overlap, tile.x > 0, tile.br().x < input_.width);
    const auto down = Ramp(place.height, overlap, tile.y > 0, tile.br().y < input_.height);
    Allocate(tile_planes.size());
    for (int y = 0; y < place.height; ++y) {
      float* total = weight_.ptr<float>(place.y + y) + place.x;
      for (int x = 0; x < place.width; ++x) total[x] += across[x] * down[y];
      for (std::size_t i = 0; i < tile_planes.size(); ++i)
        AddRow(tile_planes[i], y, place, across, down[y], planes_[i]);
    }
  }

  std::vector<cv::Mat> Finish(std::size_t plane_count) {
    Allocate(plane_count);
    cv::max(weight_, 1e-6F, weight_);  // where no tile is
    for (auto& plane : planes_) plane /= weight_;
    return std::move(planes_);
  }

 private:
  void Allocate(std::size_t plane_count) {
    if (!weight_.empty()) return;
    weight_ = cv::Mat::zeros(size_, CV_32F);
    for (std::size_t i = 0; i < plane_count; ++i) planes_.push_back(cv::Mat::zeros(size_, CV_32F));
  }

  static void AddRow(const cv::Mat& from, int y, const cv::Rect& place, const std::vector<float>& across, float down,
                     cv::Mat& to) {
    const bool constant = from.total() == 1;
    const float* in = from.ptr<float>(constant ? 0 : y);
    float* out = to.ptr<float>(place.y + y) + place.x;
    for (int x = 0; x < place.width; ++x) out[x] += across[x] * down * in[constant ? 0 : x];
  }

  Tiling tiling_;
  cv::Size input_, size_;
  cv::Mat weight_;
  std::vector<cv::Mat> planes_;
};

Result<std::vector<cv::Mat>> RunPadded(const Session& session, const cv::Mat& image, int multiple) {
  const int bottom = DivideUp(image.rows, multiple) * multiple - image.rows;
  const int right = DivideUp(image.cols, multiple) * multiple - image.cols;
  if (bottom == 0 && right == 0) return session.Run(image);
  cv::Mat padded;
  cv::copyMakeBorder(image, padded, 0, bottom, 0, right, cv::BORDER_REPLICATE);
  return session.Run(padded);
}

// With what has to be seen around the place; in whole multiples of the network's.
cv::Rect WindowAround(const cv::Rect& place, const Tiling& tiling) {
  const auto down = [&](int px) { return std::max(0, px - tiling.overlap_px) / tiling.shrink * tiling.shrink; };
  const cv::Point begin(down(place.x), down(place.y));
  const cv::Point end = place.br() + cv::Point(tiling.overlap_px, tiling.overlap_px);
  const auto whole = [&](int px) { return DivideUp(std::max(0, px), tiling.multiple_px) * tiling.multiple_px; };
  return {begin.x, begin.y, whole(end.x - begin.x), whole(end.y - begin.y)};
}

// Adds a window, in one with those that are cheaper seen together.
void Join(cv::Rect window, std::vector<cv::Rect>& windows) {
  for (std::size_t i = 0; i < windows.size();) {
    if ((window | windows[i]).area() > window.area() + windows[i].area()) {
      ++i;
      continue;
    }
    window |= windows[i];
    windows.erase(windows.begin() + static_cast<std::ptrdiff_t>(i));
    i = 0;  // those that were too far may be near now
  }
  windows.push_back(window);
}

}  // namespace

std::vector<cv::Rect> Cover(cv::Size size, const Tiling& tiling) {
  std::vector<cv::Rect> tiles;
  const auto columns = CoverAxis(size.width, tiling);
  for (const Span& row : CoverAxis(size.height, tiling)) {
    for (const Span& column : columns) tiles.emplace_back(column.start, row.start, column.length, row.length);
  }
  return tiles;
}

std::vector<cv::Rect> CoverNear(cv::Size size, const std::vector<cv::Rect>& places, const Tiling& tiling) {
  std::vector<cv::Rect> windows;
  for (const cv::Rect& place : places) {
    const cv::Rect window = WindowAround(place, tiling) & cv::Rect({}, size);
    if (!window.empty()) Join(window, windows);
  }
  std::vector<cv::Rect> tiles;
  for (const cv::Rect& window : windows) {
    for (const cv::Rect& tile : Cover(window.size(), tiling)) tiles.push_back(tile + window.tl());
  }
  return tiles;
}

Result<std::vector<cv::Mat>> RunTiled(const Session& session, cv::Size size, const Tiling& tiling,
                                      const std::vector<cv::Rect>& tiles, int threads, const ReadTile& read) {
  Canvas canvas(size, tiling);
  // A bounded number of tiles is in the air; they are added in their order, so that sums round the same way every time.
  const int batch_size = 4 * std::max(1, threads);
  std::size_t plane_count = 0;
  for (std::size_t begin = 0; begin < tiles.size(); begin += batch_size) {
    const int count = static_cast<int>(std::min<std::size_t>(batch_size, tiles.size() - begin));
    std::vector<std::vector<cv::Mat>> results(count);
    TRY(ForEach(count, threads, [&](int i) -> Status {
      ASSIGN_OR_RETURN(results[i], RunPadded(session, read(tiles[begin + i]), tiling.multiple_px));
      return {};
    }));
    for (int i = 0; i < count; ++i) canvas.Add(tiles[begin + i], results[i]);
    plane_count = results.front().size();
  }
  return canvas.Finish(plane_count);
}

}  // namespace removr::nn
