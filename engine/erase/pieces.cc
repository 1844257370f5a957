#include "engine/erase/pieces.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

namespace removr::erase {
namespace {

constexpr float kEven = .3F;      // largest change over two pixels, of the layer's contrast
constexpr int kPiecePx = 24;      // smaller pieces say nothing
constexpr int kEdgePx = 6;        // width of an edge between two pieces, at most
constexpr int kPairsMin = 12;     // of pixels on both sides of a piece's edges
constexpr float kClearly = .2F;   // by how much of the layer's contrast the answers must differ, per pair
constexpr float kPartMin = .25F;  // share of a piece that must be covered already, for all of it to be
constexpr int kSweeps = 4;

enum State { kBare, kCovered, kStates };

// What a pair of states costs, summed over the pairs of pixels across the edges of two pieces: [of the first][of the
// second].
using Costs = std::array<std::array<float, kStates>, kStates>;

struct Border {
  int neighbour = 0;
  Costs costs{};
  int pairs = 0;
};

struct Piece {
  int px = 0;
  float covered = 0;  // sum
  State state = kBare;
  std::vector<Border> borders;
};

// Of the layer against what it covers, at its opacity.
float Contrast(const Layer& layer) {
  const cv::Mat strokes = layer.covered > .5F;
  const cv::Scalar below = cv::mean(layer.background, strokes);
  float sum = 0;
  for (int c = 0; c < 3; ++c) sum += std::pow(layer.blend.color[c] - static_cast<float>(below[c]), 2.0F);
  return layer.blend.opacity * std::sqrt(sum);
}

// CV_8UC1, 255 where the image hardly changes.
cv::Mat Even(const cv::Mat& rgb, float most) {
  cv::Mat even = cv::Mat::zeros(rgb.size(), CV_8U);
  for (int y = 1; y + 1 < rgb.rows; ++y) {
    for (int x = 1; x + 1 < rgb.cols; ++x) {
      const cv::Vec3f across = rgb.at<cv::Vec3f>(y, x + 1) - rgb.at<cv::Vec3f>(y, x - 1);
      const cv::Vec3f down = rgb.at<cv::Vec3f>(y + 1, x) - rgb.at<cv::Vec3f>(y - 1, x);
      if (across.dot(across) + down.dot(down) < most * most) even.at<std::uint8_t>(y, x) = 255;
    }
  }
  return even;
}

// The pieces, numbered from 1 on in `labels` (CV_32SC1); 0 is what is none.
std::vector<Piece> FindPieces(const cv::Mat& even, const Layer& layer, cv::Mat& labels) {
  cv::Mat stats, centroids;
  const int count = cv::connectedComponentsWithStats(even, labels, stats, centroids, 4, CV_32S);
  std::vector<int> number(count, 0);
  std::vector<Piece> pieces(1);
  for (int i = 1; i < count; ++i) {
    if (stats.at<int>(i, cv::CC_STAT_AREA) < kPiecePx) continue;
    number[i] = static_cast<int>(pieces.size());
    pieces.emplace_back();
  }
  for (int y = 0; y < labels.rows; ++y) {
    for (int x = 0; x < labels.cols; ++x) {
      int& label = labels.at<int>(y, x);
      label = number[label];
      if (label == 0) continue;
      ++pieces[label].px;
      pieces[label].covered += layer.covered.at<float>(y, x);
    }
  }
  return pieces;
}

// As far as `most`, a difference of colours says how unlike two pixels are.
float Unlike(const cv::Vec3f& a, const cv::Vec3f& b, float most) {
  const cv::Vec3f off = a - b;
  return std::min(std::sqrt(off.dot(off)), most) / most;
}

Costs CostsOf(const cv::Vec3f& one, const cv::Vec3f& other, const Blend& blend, float contrast) {
  const auto seen = [&](const cv::Vec3f& pixel, int state) {
    return state == kCovered ? pixel : cv::Vec3f(pixel * (1 - blend.opacity) + blend.color * blend.opacity);
  };
  Costs costs;
  for (int a = 0; a < kStates; ++a) {
    for (int b = 0; b < kStates; ++b) costs[a][b] = Unlike(seen(one, a), seen(other, b), contrast);
  }
  return costs;
}

void AddBorder(Piece& piece, int neighbour, const Costs& costs) {
  const auto known = std::ranges::find(piece.borders, neighbour, &Border::neighbour);
  Border& border = known == piece.borders.end() ? piece.borders.emplace_back(Border{.neighbour = neighbour}) : *known;
  for (int a = 0; a < kStates; ++a) {
    for (int b = 0; b < kStates; ++b) border.costs[a][b] += costs[a][b];
  }
  ++border.pairs;
}

// Compares the pixels on both sides of each edge, along rows and columns.
void Compare(const cv::Mat& rgb, const cv::Mat& labels, const Blend& blend, float contrast,
             std::vector<Piece>& pieces) {
  const auto compare = [&](cv::Point from, cv::Point to) {
    const int one = labels.at<int>(from), other = labels.at<int>(to);
    if (pieces[one].covered + pieces[other].covered < 1) return;  // far from all strokes
    const Costs costs = CostsOf(rgb.at<cv::Vec3f>(from), rgb.at<cv::Vec3f>(to), blend, contrast);
    AddBorder(pieces[one], other, costs);
    AddBorder(pieces[other], one, {{{costs[0][0], costs[1][0]}, {costs[0][1], costs[1][1]}}});
  };
  const auto walk = [&](cv::Point at, cv::Point step, int length) {
    cv::Point last(-1, -1);
    int gap = 0;
    for (int i = 0; i < length; ++i, at += step, ++gap) {
      const int label = labels.at<int>(at);
      if (label == 0) continue;
      if (last.x >= 0 && label != labels.at<int>(last) && gap <= kEdgePx) compare(last, at);
      last = at;
      gap = 0;
    }
  };
  for (int y = 0; y < rgb.rows; ++y) walk({0, y}, {1, 0}, rgb.cols);
  for (int x = 0; x < rgb.cols; ++x) walk({x, 0}, {0, 1}, rgb.rows);
}

bool IsAsked(const Piece& piece) { return piece.covered > kPartMin * static_cast<float>(piece.px); }

// By how much covered is likelier than bare, per pair of pixels; 0 where too few are compared.
float Lean(const Piece& piece, const std::vector<Piece>& pieces) {
  float bare = 0, covered = 0;
  int pairs = 0;
  for (const Border& border : piece.borders) {
    const State state = pieces[border.neighbour].state;
    bare += border.costs[kBare][state];
    covered += border.costs[kCovered][state];
    pairs += border.pairs;
  }
  return pairs < kPairsMin ? 0 : (bare - covered) / static_cast<float>(pairs);
}

// Iterated conditional modes (Besag 1986), from what most of each piece is.
void Decide(std::vector<Piece>& pieces) {
  for (Piece& piece : pieces) piece.state = 2 * piece.covered > static_cast<float>(piece.px) ? kCovered : kBare;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (Piece& piece : pieces) {
      if (!IsAsked(piece)) continue;
      const float lean = Lean(piece, pieces);
      if (std::abs(lean) > kClearly) piece.state = lean > 0 ? kCovered : kBare;
    }
  }
}

}  // namespace

cv::Mat SettlePieces(const cv::Mat& rgb, const Layer& layer) {
  const float contrast = Contrast(layer);
  cv::Mat labels;
  std::vector<Piece> pieces = FindPieces(Even(rgb, kEven * contrast), layer, labels);
  Compare(rgb, labels, layer.blend, contrast, pieces);
  Decide(pieces);
  std::vector<float> answers;
  for (const Piece& piece : pieces) {
    const float lean = IsAsked(piece) ? Lean(piece, pieces) : 0;
    answers.push_back(lean > kClearly ? 1 : lean < -kClearly ? 0 : .5F);
  }
  cv::Mat settled(rgb.size(), CV_32F);
  std::transform(labels.begin<int>(), labels.end<int>(), settled.begin<float>(),
                 [&](int label) { return answers[label]; });
  return settled;
}

}  // namespace removr::erase
