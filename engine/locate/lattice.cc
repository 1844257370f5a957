#include "engine/locate/lattice.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "engine/locate/autocorrelation.h"

namespace removr::locate {
namespace {

constexpr int kSideMinPx = 64;      // of an image
constexpr int kShortestPx = 20;     // a tile's distance to the next
constexpr double kCellMinPx = 600;  // a tile's area
constexpr int kBorderPx = 8;        // of the map, where sharpness is not known
constexpr float kPeak = 6;          // sharpness of a peak that may span a lattice ...
constexpr float kHit = 4;           // ... and of one that confirms it
constexpr std::size_t kPeaksMax = 30;
constexpr int kMultiples = 4;  // of the vectors, at which a peak is expected
constexpr std::size_t kExpectedMin = 4;
constexpr double kSharpestCounted = 15;
constexpr double kScoreMin = 3;  // tiled marks reach 5 to 15, Kodak's photographs .1
constexpr double kHitsMin = .75;

using Vector = cv::Vec2d;

double Cross(const Vector& a, const Vector& b) { return a[0] * b[1] - a[1] * b[0]; }

// The largest sharpness next to a move, or nullopt where the map does not reach.
std::optional<float> SharpnessNear(const Autocorrelation& map, Vector move) {
  if (move[1] < 0) move = -move;
  const int x = cvRound(move[0]), y = cvRound(move[1]);
  if (std::abs(x) > map.x_max - kBorderPx - 1 || y > map.y_max - kBorderPx) return std::nullopt;
  float sharpest = 0;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx)
      sharpest = std::max(sharpest, map.sharpness.at<float>(std::max(0, y + dy), x + dx + map.x_max));
  }
  return sharpest;
}

// The sharpest local maxima that may span a lattice, sharpest first.
std::vector<Vector> Peaks(const Autocorrelation& map) {
  cv::Mat highest;
  cv::dilate(map.sharpness, highest, cv::Mat::ones(7, 7, CV_8U));
  std::vector<std::pair<float, Vector>> found;
  for (int y = 0; y < map.sharpness.rows - kBorderPx; ++y) {
    for (int x = -map.x_max + kBorderPx; x <= map.x_max - kBorderPx; ++x) {
      const float sharpness = map.sharpness.at<float>(y, x + map.x_max);
      if (sharpness <= kPeak || sharpness < highest.at<float>(y, x + map.x_max)) continue;
      if (std::hypot(x, y) < kShortestPx || (y == 0 && x < 0)) continue;
      found.emplace_back(sharpness, Vector(x, y));
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  found.resize(std::min(found.size(), kPeaksMax));
  std::vector<Vector> peaks;
  for (const auto& [sharpness, move] : found) peaks.push_back(move);
  return peaks;
}

// How sharp the map is wherever a lattice of these vectors has its peaks: the mean, times the share of the places that
// do.
double Score(const Autocorrelation& map, const Vector& first, const Vector& second) {
  std::size_t expected = 0, hits = 0;
  double sum = 0;
  for (int j = 0; j <= kMultiples; ++j) {
    for (int i = -kMultiples; i <= kMultiples; ++i) {
      if (j == 0 && i <= 0) continue;
      const auto sharpness = SharpnessNear(map, first * i + second * j);
      if (!sharpness) continue;
      ++expected;
      hits += *sharpness > kHit;
      sum += std::min<double>(*sharpness, kSharpestCounted);
    }
  }
  if (expected < kExpectedMin) return 0;
  const double count = static_cast<double>(expected), share = static_cast<double>(hits) / count;
  return share < kHitsMin ? 0 : sum / count * share;
}

void Reduce(Vector& first, Vector& second) {
  while (true) {
    if (first.dot(first) > second.dot(second)) std::swap(first, second);
    const double times = first.dot(second) / first.dot(first);
    if (std::abs(times) < .51) return;  // at one half, second and second - first are as long: either will do
    second -= first * std::round(times);
  }
}

std::optional<Lattice> Best(const Autocorrelation& map) {
  const auto peaks = Peaks(map);
  std::optional<Lattice> best;
  double best_cell = 0;
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double cell = std::abs(Cross(peaks[i], peaks[j]));
      if (cell < .3 * cv::norm(peaks[i]) * cv::norm(peaks[j]) || cell < kCellMinPx) continue;
      const double score = Score(map, peaks[i], peaks[j]);
      // Every second tile makes a lattice as well: of nearly equal ones, the finer is the true one.
      const bool better = !best || score > 1.15 * best->score || (score > .85 * best->score && cell < .7 * best_cell);
      if (score < kScoreMin || !better) continue;
      best = Lattice{peaks[i], peaks[j], score};
      best_cell = cell;
    }
  }
  return best;
}

// Where a parabola through three values peaks, in their distance, from the middle one.
double Vertex(double before, double middle, double after) {
  const double curve = before - 2 * middle + after;
  return curve < 0 ? std::clamp(.5 * (before - after) / curve, -.5, .5) : 0;
}

// The highest value near a move, to a fraction of a pixel.
std::optional<Vector> PeakNear(const Autocorrelation& map, const Vector& move) {
  constexpr int kNear = 3;
  const int x0 = cvRound(move[0]), y0 = cvRound(move[1]);
  if (y0 < kNear || y0 > map.y_max - kNear - 2 || std::abs(x0) > map.x_max - kNear - 2) return std::nullopt;
  const cv::Rect near(x0 - kNear + map.x_max, y0 - kNear, 2 * kNear + 1, 2 * kNear + 1);
  cv::Point top;
  cv::minMaxLoc(map.value(near), nullptr, nullptr, nullptr, &top);
  if (top.x == 0 || top.y == 0 || top.x == 2 * kNear || top.y == 2 * kNear) return std::nullopt;
  const cv::Point at = top + near.tl();
  const auto value = [&](int dx, int dy) -> double { return map.value.at<float>(at.y + dy, at.x + dx); };
  return Vector(at.x - map.x_max + Vertex(value(-1, 0), value(0, 0), value(1, 0)),
                at.y + Vertex(value(0, -1), value(0, 0), value(0, 1)));
}

// Least squares over all the peaks that the lattice explains: a hundredth of a pixel counts, ten tiles away.
void Refine(const Autocorrelation& map, Lattice& lattice) {
  constexpr int kFar = 6;
  cv::Matx22d normal = cv::Matx22d::zeros(), right = cv::Matx22d::zeros();
  int count = 0;
  for (int j = -kFar; j <= kFar; ++j) {
    for (int i = -kFar; i <= kFar; ++i) {
      const auto peak = PeakNear(map, lattice.first * i + lattice.second * j);
      if (!peak) continue;
      ++count;
      const cv::Matx21d times(i, j);
      normal += times * times.t();
      right += times * cv::Matx12d((*peak)[0], (*peak)[1]);
    }
  }
  if (count < 3 || std::abs(cv::determinant(normal)) < 1e-6) return;
  const cv::Matx22d solved = normal.inv() * right;
  lattice.first = {solved(0, 0), solved(0, 1)};
  lattice.second = {solved(1, 0), solved(1, 1)};
}

}  // namespace

std::optional<Lattice> FindLattice(const cv::Mat& luma) {
  if (std::min(luma.rows, luma.cols) < kSideMinPx) return std::nullopt;
  const Autocorrelation map = Autocorrelate(luma);
  auto lattice = Best(map);
  if (!lattice) return std::nullopt;
  Reduce(lattice->first, lattice->second);
  for (int round = 0; round < 2; ++round) Refine(map, *lattice);
  return lattice;
}

}  // namespace removr::locate
