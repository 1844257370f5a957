#include "engine/owner/refine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/owner/colors.h"

namespace removr::owner {
namespace {

constexpr double kNear = 3, kFar = 12;  // sigma of the smooth photograph: near by, or where nothing is, farther away
constexpr float kFarWeight = .02F;
constexpr double kNoise = .006;  // of a pixel's gradient, as a standard deviation
constexpr float kOpacityMax = .995F;
constexpr double kChromaBlur = 2;  // sigma: most JPEGs hold colours at half the resolution
constexpr int kCells = 4;          // parts per side, for agreement

enum Parameter { kOpacity, kX, kY, kScale, kAngle, kSharpness, kParameters };
using Normal = cv::Matx<double, kParameters, kParameters>;
using Vector = cv::Vec<double, kParameters>;

cv::Mat Blurred(const cv::Mat& plane, double sigma) {
  cv::Mat blurred;
  cv::GaussianBlur(plane, blurred, {}, sigma, sigma, cv::BORDER_REFLECT_101);
  return blurred;
}

cv::Mat FarBlurred(const cv::Mat& plane) {
  constexpr int kStep = 4;
  cv::Mat small, blurred;
  const cv::Size size((plane.cols + kStep - 1) / kStep, (plane.rows + kStep - 1) / kStep);
  cv::resize(plane, small, size, 0, 0, cv::INTER_AREA);
  cv::resize(Blurred(small, kFar / kStep), blurred, plane.size(), 0, 0, cv::INTER_LINEAR);
  return blurred;
}

struct Backgrounds {
  cv::Mat near, far;
};

// The photograph without the template, smooth, and smoother; of one plane.
Backgrounds EstimateBackground(const cv::Mat& picture, const cv::Mat& color, const cv::Mat& opacity, double times) {
  cv::Mat weighted(picture.size(), CV_32F), weight(picture.size(), CV_32F);
  const auto g = static_cast<float>(times);
  for (int y = 0; y < picture.rows; ++y) {
    const float *in = picture.ptr<float>(y), *p = color.ptr<float>(y), *a = opacity.ptr<float>(y);
    float *out = weighted.ptr<float>(y), *w = weight.ptr<float>(y);
    for (int x = 0; x < picture.cols; ++x) {
      const float keep = 1 - std::min(g * a[x], kOpacityMax);
      out[x] = (in[x] - p[x] * g) * keep;  // inverted, times keep^2
      w[x] = keep * keep;
    }
  }
  const cv::Mat far = FarBlurred(weighted), far_weight = FarBlurred(weight) + 1e-6F;
  Backgrounds backgrounds;
  backgrounds.near = (Blurred(weighted, kNear) + kFarWeight * far) / (Blurred(weight, kNear) + kFarWeight * far_weight);
  backgrounds.far = far / far_weight;
  return backgrounds;
}

cv::Mat Gradient(const cv::Mat& plane, int dx, int dy) {
  cv::Mat gradient;
  cv::Sobel(plane, gradient, CV_32F, dx, dy, 1, .5, 0, cv::BORDER_REFLECT_101);
  return gradient;
}

// What is compared in one plane.
struct Compared {
  cv::Mat residual;
  // What full opacity would add, less the background's own slope (which is akin to the detail that is left in the
  // residual), and its derivatives.
  cv::Mat added, added_x, added_y, laplacian;
};

Compared Compare(const cv::Mat& picture, const cv::Mat& color, const cv::Mat& opacity, double times, bool luma) {
  const Backgrounds backgrounds = EstimateBackground(picture, color, opacity, times);
  Compared compared;
  compared.residual = picture - backgrounds.near - times * (color - backgrounds.near.mul(opacity));
  compared.added = color - backgrounds.far.mul(opacity);
  if (!luma) {  // as a JPEG's colours are
    compared.residual = Blurred(compared.residual, kChromaBlur);
    compared.added = Blurred(compared.added, kChromaBlur);
  }
  compared.added_x = Gradient(compared.added, 1, 0);
  compared.added_y = Gradient(compared.added, 0, 1);
  cv::Laplacian(compared.added, compared.laplacian, CV_32F, 1, 1, 0, cv::BORDER_REFLECT_101);
  return compared;
}

struct Equations {
  Normal normal = Normal::zeros();
  Vector right = Vector::all(0);
  std::array<double, kCells * kCells> cell_information{}, cell_evidence{};  // of the opacity
  double left = 0, left_weight = 0;
};

// Where in the template a pixel lies: one of kCells x kCells.
int CellOf(const Template& overlay, const Pose& pose, double x, double y) {
  const double c = std::cos(pose.angle) / pose.scale, s = std::sin(pose.angle) / pose.scale;
  const double dx = x - pose.center.x, dy = y - pose.center.y;
  const double u = (c * dx + s * dy) / overlay.size().width + .5, v = (-s * dx + c * dy) / overlay.size().height + .5;
  const int column = std::clamp(static_cast<int>(u * kCells), 0, kCells - 1);
  return std::clamp(static_cast<int>(v * kCells), 0, kCells - 1) * kCells + column;
}

// How the picture changes with each parameter, at one pixel.
Vector Derivative(const Compared& compared, const Fit& fit, cv::Point origin, int x, int y) {
  const double dx = -fit.opacity * compared.added_x.at<float>(y, x),
               dy = -fit.opacity * compared.added_y.at<float>(y, x);
  const double from_x = x + .5 + origin.x - fit.pose.center.x, from_y = y + .5 + origin.y - fit.pose.center.y;
  return {compared.added.at<float>(y, x),
          dx,
          dy,
          dx * from_x + dy * from_y,  // by the logarithm
          dy * from_x - dx * from_y,
          -fit.opacity * compared.laplacian.at<float>(y, x)};
}

// Adds one plane's pixels, each with its next in one direction.
void Add(const Compared& compared, cv::Point next, const Template& overlay, const Fit& fit, cv::Point origin,
         Equations& equations) {
  const cv::Rect whole({}, compared.residual.size());
  const cv::Rect here(0, 0, whole.width - next.x, whole.height - next.y);
  const cv::Mat q = compared.residual(here + next) - compared.residual(here);
  const cv::Mat square = q.mul(q);
  const cv::Mat variance = Blurred(square, kNear) + kFarWeight * FarBlurred(square) + kNoise * kNoise;
  for (int y = 0; y < here.height; ++y) {
    for (int x = 0; x < here.width; ++x) {
      if (compared.added.at<float>(y + next.y, x + next.x) == compared.added.at<float>(y, x)) continue;
      const Vector j =
          Derivative(compared, fit, origin, x + next.x, y + next.y) - Derivative(compared, fit, origin, x, y);
      const double own = q.at<float>(y, x);
      // Cauchy's weight: a strong edge of the photograph says little.
      const double w = 1 / (variance.at<float>(y, x) + .5 * own * own);
      for (int p = 0; p < kParameters; ++p) {
        equations.right[p] += w * j[p] * own;
        for (int r = 0; r <= p; ++r) equations.normal(p, r) += w * j[p] * j[r];
      }
      const int cell = CellOf(overlay, fit.pose, x + origin.x + 1, y + origin.y + 1);
      equations.left += std::abs(j[kOpacity] * own);
      equations.left_weight += std::abs(j[kOpacity]);
      equations.cell_information[cell] += w * j[kOpacity] * j[kOpacity];
      equations.cell_evidence[cell] += w * j[kOpacity] * (own + fit.opacity * j[kOpacity]);
    }
  }
}

Equations SetUp(const View& view, const Template& overlay, const Fit& fit) {
  const cv::Rect window(view.origin, view.planes[0].size());
  const Sheet sheet = Render(overlay, fit.pose, window, fit.rendering);
  const std::vector<cv::Mat> colors = ToPlanes(sheet.premultiplied, static_cast<int>(view.planes.size()));
  Equations equations;
  for (std::size_t c = 0; c < colors.size(); ++c) {
    const Compared compared = Compare(view.planes[c], colors[c], sheet.opacity, fit.opacity, c == 0);
    for (const cv::Point next : {cv::Point(1, 0), cv::Point(0, 1)})
      Add(compared, next, overlay, fit, view.origin, equations);
  }
  for (int p = 0; p < kParameters; ++p)
    for (int r = p + 1; r < kParameters; ++r) equations.normal(p, r) = equations.normal(r, p);
  return equations;
}

// Half and twice the opacity count as that opacity.
double Agreement(const Equations& equations, double opacity) {
  double all = 0, agreeing = 0;
  for (int i = 0; i < kCells * kCells; ++i) {
    const double information = equations.cell_information[i];
    all += information;
    if (information <= 0) continue;
    const double own = equations.cell_evidence[i] / information;
    if (own > opacity / 2 && own < opacity * 2) agreeing += information;
  }
  return all > 0 ? agreeing / all : 0;
}

void Step(const Equations& equations, const Effort& effort, double reach, Fit& fit) {
  Normal normal = equations.normal;
  Vector right = equations.right;
  for (int p = 0; p < kParameters; ++p) normal(p, p) *= 1 + 1e-4;
  // A weak prior keeps what nothing is known about where it is.
  normal(kSharpness, kSharpness) += 100;
  normal(kOpacity, kOpacity) += 1e-3;
  normal(kX, kX) += 1e-6;
  normal(kY, kY) += 1e-6;
  normal(kScale, kScale) += 1e-3;
  normal(kAngle, kAngle) += 1e-3;
  right[kSharpness] -= 100 * fit.rendering.sharpness;
  const auto hold = [&](Parameter held) {
    for (int p = 0; p < kParameters; ++p) {
      if (p != held) normal(p, held) = normal(held, p) = 0;
    }
    right[held] = 0;
  };
  if (!effort.sharpness) hold(kSharpness);
  if (effort.opacity_alone) {
    hold(kX);
    hold(kY);
  }
  if (effort.same_shape || effort.opacity_alone) {
    hold(kScale);
    hold(kAngle);
  }
  const Vector step = normal.solve(right, cv::DECOMP_CHOLESKY);
  const auto bounded = [](double value, double most) {
    return std::isfinite(value) ? std::clamp(value, -most, most) : 0;
  };
  fit.opacity = std::clamp(fit.opacity + bounded(step[kOpacity], .25), .01, 1.5);
  fit.pose.center += cv::Point2d(bounded(step[kX], 1.5), bounded(step[kY], 1.5));
  fit.pose.scale *= std::exp(bounded(step[kScale], 1.5 / reach));
  fit.pose.angle += bounded(step[kAngle], 1.5 / reach);
  fit.rendering.sharpness = std::clamp(fit.rendering.sharpness + step[kSharpness], -.5, .5);
}

}  // namespace

Fit Refine(const View& view, const Template& overlay, const Fit& start, const Effort& effort) {
  Fit fit = start;
  const double most = 1 / [&] {  // the template's own opacity bounds its factor
    double high = 0;
    cv::minMaxLoc(overlay.sizes.back().opacity, nullptr, &high);
    return std::max(high, .05);
  }();
  for (int round = 0;; ++round) {
    fit.opacity = std::min(fit.opacity, most);
    const Equations equations = SetUp(view, overlay, fit);
    const double information = equations.normal(kOpacity, kOpacity);
    fit.left = equations.left / std::max(equations.left_weight, 1e-12);
    fit.score = fit.opacity * std::sqrt(std::max(information, 0.0));
    fit.agreement = Agreement(equations, fit.opacity);
    if (round == effort.rounds) return fit;
    Step(equations, effort, std::hypot(overlay.size().width, overlay.size().height) / 2 * fit.pose.scale, fit);
  }
}

}  // namespace removr::owner
