#include "engine/locate/repeat.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/locate/smooth.h"

namespace removr::locate {
namespace {

constexpr int kRounds = 3;            // strokes, then the background without them, then better strokes
constexpr int kSharpened = 3;         // how often the last strokes are
constexpr double kNoise = .015;       // of a pixel, JPEG's included
constexpr float kOutlier = 3;         // standard deviations beyond which the scene is not believed
constexpr double kLatticePx = 0.5e6;  // the size at which tiles are looked for: a period is seen at any scale
constexpr double kFoldPx = 2.5e6;     // and at which their strokes are drawn
constexpr double kInvisible = .02;    // contrast: five levels of 255
constexpr double kInkMax = .5;        // of the image; more is not a mark

cv::Mat Spread(const cv::Mat& plane) {
  cv::Mat three;
  cv::merge(std::vector<cv::Mat>(3, plane), three);
  return three;
}

// The photograph between the strokes, smooth: from near by, or where strokes are dense, from farther away.
cv::Mat Background(const cv::Mat& rgb, const cv::Mat& between) {
  const cv::Mat shown = rgb.mul(Spread(between));
  const cv::Mat sum = Smooth(shown, 5) + .02 * Smooth(shown, 20);
  const cv::Mat weight = Smooth(between, 5) + .02 * Smooth(between, 20) + 1e-6;
  return sum / Spread(weight);
}

double Fraction(double value) {
  const double part = value - static_cast<int>(value);  // std::floor would be a call
  return part < 0 ? part + 1 : part;
}

// One tile's parallelogram as a raster that repeats; a bin is about half a pixel wide, as tiles lie between pixels.
class Cell {
 public:
  explicit Cell(const Lattice& lattice)
      : size_(static_cast<int>(std::ceil(2 * cv::norm(lattice.first))),
              static_cast<int>(std::ceil(2 * cv::norm(lattice.second)))),
        inverse_(cv::Matx22d(lattice.first[0], lattice.second[0], lattice.first[1], lattice.second[1]).inv()) {}

  cv::Size size() const { return size_; }

  // The four bins around a pixel and their shares.
  struct Bins {
    int index[4];
    float share[4];
  };
  Bins At(int x, int y) const {
    const cv::Vec2d turns = inverse_ * cv::Vec2d(x, y);
    const double u = Fraction(turns[0]) * size_.width, v = Fraction(turns[1]) * size_.height;
    const int u0 = static_cast<int>(u), v0 = static_cast<int>(v);
    const auto du = static_cast<float>(u - u0), dv = static_cast<float>(v - v0);
    const int left = u0 % size_.width, right = (u0 + 1) % size_.width;
    const int top = v0 % size_.height * size_.width, bottom = (v0 + 1) % size_.height * size_.width;
    return {{top + left, top + right, bottom + left, bottom + right},
            {(1 - du) * (1 - dv), du * (1 - dv), (1 - du) * dv, du * dv}};
  }

 private:
  cv::Size size_;
  cv::Matx22d inverse_;
};

struct Folded {
  std::vector<cv::Vec3d> mean;  // per bin
  std::vector<double> weight;
};

// The weighted mean of `detail` over all tiles.
Folded Fold(const cv::Mat& detail, const cv::Mat& weight, const Cell& cell) {
  Folded folded{std::vector<cv::Vec3d>(cell.size().area()), std::vector<double>(cell.size().area(), 1e-9)};
  for (int y = 0; y < detail.rows; ++y) {
    for (int x = 0; x < detail.cols; ++x) {
      const auto bins = cell.At(x, y);
      const cv::Vec3d value = detail.at<cv::Vec3f>(y, x);
      for (int i = 0; i < 4; ++i) {
        const double share = bins.share[i] * weight.at<float>(y, x);
        folded.mean[bins.index[i]] += value * share;
        folded.weight[bins.index[i]] += share;
      }
    }
  }
  for (std::size_t i = 0; i < folded.mean.size(); ++i) folded.mean[i] *= 1 / folded.weight[i];
  return folded;
}

// What the bins say of each pixel.
cv::Mat Lay(const Folded& folded, const Cell& cell, cv::Size size) {
  cv::Mat laid(size, CV_32FC3);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const auto bins = cell.At(x, y);
      cv::Vec3d value;
      for (int i = 0; i < 4; ++i) value += folded.mean[bins.index[i]] * bins.share[i];
      laid.at<cv::Vec3f>(y, x) = value;
    }
  }
  return laid;
}

// A mean over tiles that lie between pixels is blurred, and taken off so, strokes leave a rim. What it does not explain
// of the tiles is added to it (iterative back-projection; Irani and Peleg 1991).
void Sharpen(const cv::Mat& detail, const cv::Mat& weight, const Cell& cell, Folded& folded) {
  for (int time = 0; time < kSharpened; ++time) {
    const Folded rest = Fold(detail - Lay(folded, cell, detail.size()), weight, cell);
    for (std::size_t i = 0; i < folded.mean.size(); ++i) folded.mean[i] += rest.mean[i];
  }
}

// The bins along the direction in colour in which the surest of them differ from the photograph: positive in strokes.
std::vector<float> AlongMark(const Folded& folded) {
  std::vector<double> evidence(folded.mean.size());
  for (std::size_t i = 0; i < evidence.size(); ++i) evidence[i] = folded.mean[i].dot(folded.mean[i]) * folded.weight[i];
  std::vector<double> sorted = evidence;
  const auto top = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() * 95 / 100);
  std::nth_element(sorted.begin(), top, sorted.end());
  cv::Matx33d scatter = cv::Matx33d::zeros();
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    if (evidence[i] >= *top) scatter += folded.mean[i] * folded.mean[i].t() * folded.weight[i];
  }
  cv::Mat values, vectors;
  cv::eigen(cv::Mat(scatter), values, vectors);
  const cv::Vec3d direction(vectors.at<double>(0, 0), vectors.at<double>(0, 1), vectors.at<double>(0, 2));
  std::vector<float> along(evidence.size());
  std::transform(folded.mean.begin(), folded.mean.end(), along.begin(),
                 [&](const cv::Vec3d& mean) { return static_cast<float>(mean.dot(direction)); });
  const auto [low, high] = std::minmax_element(along.begin(), along.end());
  if (-*low > *high) std::transform(along.begin(), along.end(), along.begin(), std::negate<>());
  return along;
}

// The value of full strokes: the median of the upper of two classes (Ridler and Calvard 1978).
float Plateau(const std::vector<float>& along) {
  float threshold = *std::max_element(along.begin(), along.end()) / 2;
  std::vector<float> upper;
  for (int round = 0; round < 8; ++round) {
    double low = 0, high = 0;
    upper.clear();
    for (const float value : along) {
      if (value > threshold) upper.push_back(value);
      (value > threshold ? high : low) += value;
    }
    if (upper.empty()) return 0;
    const double lower_count = static_cast<double>(along.size() - upper.size());
    threshold = static_cast<float>((high / static_cast<double>(upper.size()) + low / std::max(1.0, lower_count)) / 2);
  }
  const auto middle = upper.begin() + static_cast<std::ptrdiff_t>(upper.size() / 2);
  std::nth_element(upper.begin(), middle, upper.end());
  return *middle;
}

cv::Mat Unfold(const std::vector<float>& along, float plateau, const Cell& cell, cv::Size size) {
  cv::Mat coverage(size, CV_32F);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const auto bins = cell.At(x, y);
      float value = 0;
      for (int i = 0; i < 4; ++i) value += bins.share[i] * along[bins.index[i]];
      coverage.at<float>(y, x) = std::clamp(value / plateau, 0.0F, 1.0F);
    }
  }
  return coverage;
}

// The image at no more than this many pixels, and by how much it was scaled.
cv::Mat ReadScaled(const image::Image& image, double pixels, double& scale) {
  scale = std::min(1.0, std::sqrt(pixels / static_cast<double>(image.pixels.total())));
  image::Image small = image;
  cv::Mat scaled;
  if (scale < 1) {
    cv::resize(image.pixels, scaled, {}, scale, scale, cv::INTER_AREA);
    small.pixels = scaled;
  }
  return image::ReadRgb(small, cv::Rect({}, small.pixels.size()));
}

image::Finding ToFinding(const cv::Mat& coverage, double score, cv::Size size) {
  image::Finding finding;
  finding.kind = image::Kind::kWatermark;
  finding.box = cv::Rect({}, size);
  // Never so sure that a layer need not fit as well: bricks and cobbles repeat, but are shaded.
  finding.confidence = std::min(.94F, static_cast<float>(1 - std::exp(-score / 2.5)));
  cv::Mat strokes, region;
  coverage.convertTo(strokes, CV_8U, 255);
  cv::dilate(coverage > .2, region, cv::getStructuringElement(cv::MORPH_ELLIPSE, {7, 7}));
  cv::resize(strokes, finding.strokes, size, 0, 0, cv::INTER_LINEAR);
  cv::resize(region, finding.region, size, 0, 0, cv::INTER_NEAREST);
  return finding;
}

}  // namespace

Repeated FoldTiles(const cv::Mat& rgb, const Lattice& lattice) {
  const Cell cell(lattice);
  Repeated repeated;
  cv::Mat between = cv::Mat::ones(rgb.size(), CV_32F);
  for (int round = 0; round < kRounds; ++round) {
    cv::Mat detail = rgb - Background(rgb, between);
    cv::Mat square, variance, bound;
    cv::transform(detail.mul(detail), square, cv::Matx13f(1 / 3.0F, 1 / 3.0F, 1 / 3.0F));
    variance = Smooth(square, 6);
    cv::sqrt(variance, bound);
    bound = Spread(kOutlier * bound);
    detail = cv::max(cv::min(detail, bound), cv::Mat(-bound));
    const cv::Mat weight = 1 / (variance + kNoise * kNoise);
    Folded folded = Fold(detail, weight, cell);
    if (round == kRounds - 1) Sharpen(detail, weight, cell, folded);
    const auto along = AlongMark(folded);
    const float plateau = std::max(Plateau(along), 1e-6F);
    repeated.contrast = plateau / std::sqrt(3.0);
    repeated.coverage = Unfold(along, plateau, cell, rgb.size());
    cv::Mat strokes;
    cv::dilate(repeated.coverage > .35, strokes, cv::Mat::ones(3, 3, CV_8U));
    between.setTo(1);
    between.setTo(0, strokes);
    repeated.coverage.setTo(0, strokes == 0);  // far from strokes it is noise
  }
  return repeated;
}

std::optional<image::Finding> FindRepeated(const image::Image& upright) {
  double lattice_scale = 1, fold_scale = 1;
  cv::Mat luma;
  cv::cvtColor(ReadScaled(upright, kLatticePx, lattice_scale), luma, cv::COLOR_RGB2GRAY);
  auto lattice = FindLattice(luma);
  if (!lattice) return std::nullopt;
  const cv::Mat rgb = ReadScaled(upright, kFoldPx, fold_scale);
  lattice->first *= fold_scale / lattice_scale;
  lattice->second *= fold_scale / lattice_scale;
  const Repeated repeated = FoldTiles(rgb, *lattice);
  if (repeated.contrast < kInvisible || cv::mean(repeated.coverage)[0] > kInkMax) return std::nullopt;
  return ToFinding(repeated.coverage, lattice->score, upright.pixels.size());
}

}  // namespace removr::locate
