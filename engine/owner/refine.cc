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
constexpr int kCells = 4;  // parts per side, for agreement

constexpr double kStretchMax = .06;                       // of the logarithm of the aspect
constexpr double kSharpnessMin = -1, kSharpnessMax = .5;  // as in Rendering

enum Parameter { kOpacity, kX, kY, kScale, kAngle, kAspect, kSharpness, kParameters };
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

// A plane of the template as it lies over the view, at full opacity, and how fast it changes along x and y.
struct Layer {
  cv::Mat color, opacity;
};

using Layers = std::vector<Layer>;  // one for each plane

// What is compared in one plane.
struct Compared {
  cv::Mat residual;
  // What full opacity would add, less the background's own slope (which is akin to the detail that is left in the
  // residual), and its derivatives.
  cv::Mat added, added_x, added_y, laplacian;
};

Compared Compare(const cv::Mat& picture, const Layer& layer, const Layer& along_x, const Layer& along_y, double times) {
  const Backgrounds backgrounds = EstimateBackground(picture, layer.color, layer.opacity, times);
  const auto added = [&](const Layer& one) -> cv::Mat { return one.color - backgrounds.far.mul(one.opacity); };
  Compared compared;
  compared.residual = picture - backgrounds.near - times * (layer.color - backgrounds.near.mul(layer.opacity));
  compared.added = added(layer);
  compared.added_x = added(along_x);
  compared.added_y = added(along_y);
  cv::Laplacian(compared.added, compared.laplacian, CV_32F, 1, 1, 0, cv::BORDER_REFLECT_101);
  return compared;
}

Layers Draw(const View& view, const Template& overlay, const Pose& pose, const Rendering& rendering) {
  const cv::Rect window(view.origin, view.planes[0].size());
  const Sheet sheet = Render(overlay, pose, window, rendering);
  Layers layers;
  for (const cv::Mat& color : ToPlanes(sheet.premultiplied, static_cast<int>(view.planes.size()))) {
    const bool soft = !layers.empty() && view.softness > 0;
    layers.push_back(
        {soft ? Blurred(color, view.softness) : color, soft ? Blurred(sheet.opacity, view.softness) : sheet.opacity});
  }
  return layers;
}

// Differences of neighbours say too little about strokes that are a pixel or two wide, and steps by them overshoot.
// So the template is drawn anew, a quarter of a pixel to either side, where it is small enough to have such.
Layers Slopes(const View& view, const Template& overlay, const Fit& fit, const Layers& layers, cv::Point2d way,
              bool exact) {
  constexpr double kAside = .25, kDrawnMaxPx = 2e5;
  Layers slopes;
  if (!exact || static_cast<double>(view.planes[0].total()) > kDrawnMaxPx) {
    const int dx = way.x > 0 ? 1 : 0;
    for (const Layer& one : layers)
      slopes.push_back({Gradient(one.color, dx, 1 - dx), Gradient(one.opacity, dx, 1 - dx)});
    return slopes;
  }
  Pose before = fit.pose, after = fit.pose;
  before.center += kAside * way;
  after.center -= kAside * way;
  slopes = Draw(view, overlay, after, fit.rendering);
  const Layers other = Draw(view, overlay, before, fit.rendering);
  for (std::size_t c = 0; c < slopes.size(); ++c) {
    slopes[c].color = (slopes[c].color - other[c].color) / (2 * kAside);
    slopes[c].opacity = (slopes[c].opacity - other[c].opacity) / (2 * kAside);
  }
  return slopes;
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
  const double u = (c * dx + s * dy) / overlay.size().width + .5,
               v = (-s * dx + c * dy) / pose.aspect / overlay.size().height + .5;
  const int column = std::clamp(static_cast<int>(u * kCells), 0, kCells - 1);
  return std::clamp(static_cast<int>(v * kCells), 0, kCells - 1) * kCells + column;
}

// How the picture changes with each parameter, at one pixel.
Vector Derivative(const Compared& compared, const Fit& fit, cv::Point origin, int x, int y) {
  const double dx = -fit.opacity * compared.added_x.at<float>(y, x),
               dy = -fit.opacity * compared.added_y.at<float>(y, x);
  const double from_x = x + .5 + origin.x - fit.pose.center.x, from_y = y + .5 + origin.y - fit.pose.center.y;
  const double c = std::cos(fit.pose.angle), s = std::sin(fit.pose.angle);
  return {compared.added.at<float>(y, x),
          dx,
          dy,
          dx * from_x + dy * from_y,  // by the logarithm
          dy * from_x - dx * from_y,
          (c * dy - s * dx) * (c * from_y - s * from_x),  // by the logarithm
          -fit.opacity * compared.laplacian.at<float>(y, x)};
}

// Adds one plane's pixels, each with another that lies `next` to it.
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

Equations SetUp(const View& view, const Template& overlay, const Fit& fit, const Effort& effort) {
  const Layers layers = Draw(view, overlay, fit.pose, fit.rendering);
  const Layers along_x = Slopes(view, overlay, fit, layers, {1, 0}, effort.exact);
  const Layers along_y = Slopes(view, overlay, fit, layers, {0, 1}, effort.exact);
  Equations equations;
  for (std::size_t c = 0; c < layers.size(); ++c) {
    const Compared compared = Compare(view.planes[c], layers[c], along_x[c], along_y[c], fit.opacity);
    for (const cv::Point next : {cv::Point(effort.apart, 0), cv::Point(0, effort.apart)})
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

// The step to where the equations say that the parameters are.
Vector Step(const Equations& equations, const Effort& effort, const Fit& fit) {
  Normal normal = equations.normal;
  Vector right = equations.right;
  for (int p = 0; p < kParameters; ++p) normal(p, p) *= 1 + 1e-4;
  // A prior keeps what nothing is known about where it is.
  constexpr double kSharpnessKnown = 100, kAspectKnown = 400;  // one over the variance
  normal(kSharpness, kSharpness) += kSharpnessKnown;
  right[kSharpness] -= kSharpnessKnown * fit.rendering.sharpness;
  normal(kAspect, kAspect) += kAspectKnown;
  right[kAspect] -= kAspectKnown * std::log(fit.pose.aspect);
  normal(kOpacity, kOpacity) += 1e-3;
  normal(kX, kX) += 1e-6;
  normal(kY, kY) += 1e-6;
  normal(kScale, kScale) += 1e-3;
  normal(kAngle, kAngle) += 1e-3;
  const auto hold = [&](Parameter held) {
    for (int p = 0; p < kParameters; ++p) {
      if (p != held) normal(p, held) = normal(held, p) = 0;
    }
    right[held] = 0;
  };
  if (!effort.exact) {
    hold(kSharpness);
    hold(kAspect);
  }
  if (effort.opacity_alone) {
    hold(kX);
    hold(kY);
  }
  if (effort.same_shape || effort.opacity_alone) {
    hold(kScale);
    hold(kAngle);
    hold(kAspect);
  }
  return normal.solve(right, cv::DECOMP_CHOLESKY);
}

// `reach`: px from the template's centre to its corners.
Fit Moved(const Fit& from, const Vector& step, double reach) {
  constexpr double kFarthestPx = 1.5;
  const auto bounded = [](double value, double most) {
    return std::isfinite(value) ? std::clamp(value, -most, most) : 0;
  };
  Fit fit = from;
  fit.opacity = std::clamp(fit.opacity + bounded(step[kOpacity], .25), .01, 1.5);
  fit.pose.center += cv::Point2d(bounded(step[kX], kFarthestPx), bounded(step[kY], kFarthestPx));
  fit.pose.scale *= std::exp(bounded(step[kScale], kFarthestPx / reach));
  fit.pose.angle += bounded(step[kAngle], kFarthestPx / reach);
  fit.pose.aspect = std::exp(
      std::clamp(std::log(fit.pose.aspect) + bounded(step[kAspect], kFarthestPx / reach), -kStretchMax, kStretchMax));
  fit.rendering.sharpness =
      std::clamp(fit.rendering.sharpness + bounded(step[kSharpness], .25), kSharpnessMin, kSharpnessMax);
  return fit;
}

// Whether a step changes nothing that one could see.
bool Still(const Vector& step, double reach) {
  constexpr double kPx = .003, kOpacityStep = .0005, kSharpnessStep = .002;
  const double turn = std::max({std::abs(step[kScale]), std::abs(step[kAngle]), std::abs(step[kAspect])}) * reach;
  return std::max({std::abs(step[kX]), std::abs(step[kY]), turn}) < kPx && std::abs(step[kOpacity]) < kOpacityStep &&
         std::abs(step[kSharpness]) < kSharpnessStep;
}

}  // namespace

bool AtBound(const Fit& fit) {
  constexpr double kNearly = .98;
  return std::abs(std::log(fit.pose.aspect)) > kNearly * kStretchMax ||
         fit.rendering.sharpness > kNearly * kSharpnessMax || fit.rendering.sharpness < kNearly * kSharpnessMin;
}

Fit Refine(const View& view, const Template& overlay, const Fit& start, const Effort& effort) {
  const double most = 1 / [&] {  // the template's own opacity bounds its factor
    double high = 0;
    cv::minMaxLoc(overlay.sizes.back().opacity, nullptr, &high);
    return std::max(high, .05);
  }();
  const double reach = std::hypot(overlay.size().width, overlay.size().height) / 2 * start.pose.scale;
  Fit best, fit = start;
  Vector step;
  for (int round = 0;; ++round) {
    fit.opacity = std::min(fit.opacity, most);
    const Equations equations = SetUp(view, overlay, fit, effort);
    fit.left = equations.left / std::max(equations.left_weight, 1e-12);
    if (round == 0 || !effort.exact || fit.left < best.left) {
      fit.score = fit.opacity * std::sqrt(std::max(equations.normal(kOpacity, kOpacity), 0.0));
      fit.agreement = Agreement(equations, fit.opacity);
      best = fit;
      step = Step(equations, effort, best);
    } else {
      step *= .5;  // too far
    }
    if (round == effort.rounds || Still(step, reach)) return best;
    fit = Moved(best, step, reach);
  }
}

}  // namespace removr::owner
