#include "engine/owner/search.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/nn/parallel.h"
#include "engine/owner/colors.h"
#include "engine/owner/correlate.h"

namespace removr::owner {
namespace {

constexpr double kScaleMin = .25, kScaleMax = 4;
constexpr double kSmallestPx = 12;         // below it nothing is told apart any more
constexpr double kPictureMaxPx = 4e6;      // of a picture as it is searched
constexpr double kSlackPx = 3;             // by which two poses that are tried differ at the template's rim
constexpr double kDetail = 2, kLocal = 4;  // sigma: of the high pass, and of local means
constexpr double kNoise = .008;            // of a pixel, as a standard deviation
constexpr float kOutlier = 3;              // standard deviations beyond which detail is not believed
constexpr double kScoreMin = 5;            // of a candidate
constexpr double kOpacityMin = .04, kOpacityMax = 1.6;
constexpr std::size_t kPerScale = 64;

cv::Mat Blurred(const cv::Mat& plane, double sigma) {
  cv::Mat blurred;
  cv::GaussianBlur(plane, blurred, {}, sigma, sigma, cv::BORDER_REFLECT_101);
  return blurred;
}

cv::Mat Detail(const cv::Mat& plane) { return plane - Blurred(plane, kDetail); }

// What is correlated with the template's planes. Each CV_32FC1.
struct Scene {
  cv::Size size;
  std::vector<cv::Mat> signal;  // per plane d / v, then sum d m / v; d the detail, m the local mean
  std::vector<cv::Mat> weight;  // per plane 1 / v, then per plane m / v, then sum m m / v; coarse
};

Scene MakeScene(const cv::Mat& rgb, int planes) {
  const std::vector<cv::Mat> picture = ToPlanes(rgb, planes);
  Scene scene{rgb.size(), {}, {}};
  cv::Mat cross = cv::Mat::zeros(rgb.size(), CV_32F), square = cross.clone();
  std::vector<cv::Mat> means;
  for (int c = 0; c < planes; ++c) {
    cv::Mat detail = Detail(picture[c]);
    const cv::Mat mean = Blurred(picture[c], kLocal);
    const cv::Mat variance = Blurred(detail.mul(detail), kLocal) + kNoise * kNoise;
    cv::Mat bound;
    cv::sqrt(variance, bound);
    bound *= kOutlier;
    detail = cv::max(cv::min(detail, bound), cv::Mat(-bound));
    cv::Mat weight, signal;
    cv::divide(1.0, variance, weight);
    cv::divide(detail, variance, signal);
    scene.signal.push_back(signal);
    scene.weight.push_back(weight);
    means.push_back(mean.mul(weight));
    cross += signal.mul(mean);
    square += means.back().mul(mean);
  }
  scene.signal.push_back(cross);
  for (const cv::Mat& mean : means) scene.weight.push_back(mean);
  scene.weight.push_back(square);
  return scene;
}

// The template at one size and angle, as Scene's planes need it.
struct Probe {
  double angle = 0;
  std::vector<cv::Mat> signal, weight;
};

// The probes of all angles, all in boxes of one size.
struct Bank {
  cv::Size box;
  std::vector<Probe> probes;
};

// The angles that are tried; `scale`: px as searched per px of the template.
std::vector<double> Angles(const Template& overlay, double scale, const Grain& grain) {
  if (grain.angle_max == 0) return {0};
  const double radius = std::hypot(overlay.size().width, overlay.size().height) / 2 * scale;
  const int turns = std::max(1, cvCeil(grain.angle_max / (kSlackPx / radius)));
  std::vector<double> angles;
  for (int i = -turns; i <= turns; ++i) angles.push_back(grain.angle_max * i / turns);
  return angles;
}

Bank MakeBank(const Template& overlay, double scale, const std::vector<double>& angles) {
  Bank bank;
  constexpr int kMargin = 6;
  for (const double angle : angles) {
    const cv::Rect bounds = Bounds(overlay.size(), {{0, 0}, scale, angle});
    bank.box.width = std::max(bank.box.width, (bounds.width + 2 * kMargin + 7) / 8 * 8);
    bank.box.height = std::max(bank.box.height, (bounds.height + 2 * kMargin + 7) / 8 * 8);
  }
  for (const double angle : angles) {
    Probe probe{angle, {}, {}};
    const Pose pose{{bank.box.width / 2.0, bank.box.height / 2.0}, scale, probe.angle};
    const Sheet sheet = Render(overlay, pose, cv::Rect({}, bank.box));
    const std::vector<cv::Mat> colors = ToPlanes(sheet.premultiplied, overlay.planes);
    const cv::Mat opacity = Detail(sheet.opacity);
    std::vector<cv::Mat> crossed;
    for (int c = 0; c < overlay.planes; ++c) {
      const cv::Mat color = Detail(colors[c]);
      probe.signal.push_back(color);
      probe.weight.push_back(color.mul(color));
      crossed.push_back(-2 * color.mul(opacity));
    }
    probe.signal.push_back(-opacity);
    probe.weight.insert(probe.weight.end(), crossed.begin(), crossed.end());
    probe.weight.push_back(opacity.mul(opacity));
    bank.probes.push_back(std::move(probe));
  }
  return bank;
}

// One size of the template, and the picture as it is searched for it.
struct Step {
  double scale = 1;     // of the template in the full picture
  double searched = 1;  // of the picture
};

// The px of the full picture in which a template of that side (px there) is searched.
double SearchedFor(const image::Image& full, double side, const Grain& grain) {
  const double most = std::min(1.0, std::sqrt(kPictureMaxPx / static_cast<double>(full.pixels.total())));
  return std::min(most, grain.side_px / side);
}

std::vector<Step> PlanSteps(const image::Image& full, const Template& overlay, const Grain& grain) {
  const double area = overlay.size().area(), side = std::sqrt(area);
  const double radius = std::hypot(overlay.size().width, overlay.size().height) / 2 / side * grain.side_px;
  const double ratio = 1 + kSlackPx / radius;
  const double longest = std::max(full.width(), full.height()) * 1.1;
  std::vector<Step> steps;
  for (double scale = kScaleMin / overlay.shrunk; scale < kScaleMax / overlay.shrunk * ratio; scale *= ratio) {
    const Step step{scale, SearchedFor(full, side * scale, grain)};
    if (side * scale * step.searched < kSmallestPx) continue;
    if (std::max(overlay.size().width, overlay.size().height) * scale > longest) break;
    steps.push_back(step);
  }
  return steps;
}

cv::Mat ReadSearched(const std::vector<image::Image>& octaves, double searched) {
  std::size_t octave = 0;
  while (octave + 1 < octaves.size() && searched <= std::ldexp(1.0, -static_cast<int>(octave) - 1)) ++octave;
  const image::Image& from = octaves[octave];
  cv::Mat rgb = image::ReadRgb(from, cv::Rect({}, from.pixels.size()));
  const cv::Size size(std::max(1, cvRound(octaves[0].width() * searched)),
                      std::max(1, cvRound(octaves[0].height() * searched)));
  if (size != rgb.size()) cv::resize(rgb, rgb, size, 0, 0, cv::INTER_AREA);
  return rgb;
}

bool Alike(const Candidate& a, const Candidate& b, double side) {
  const double size = side * std::min(a.pose.scale, b.pose.scale);
  return cv::norm(a.pose.center - b.pose.center) < .2 * size && std::abs(std::log(a.pose.scale / b.pose.scale)) < .2 &&
         std::abs(a.pose.angle - b.pose.angle) < .12;
}

// The best first, no two alike.
std::vector<Candidate> Distinct(std::vector<Candidate> all, double side, std::size_t most) {
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<Candidate> kept;
  for (const Candidate& one : all) {
    if (kept.size() >= most) break;
    const bool known =
        std::any_of(kept.begin(), kept.end(), [&](const Candidate& other) { return Alike(one, other, side); });
    if (!known) kept.push_back(one);
  }
  return kept;
}

std::vector<Candidate> SearchScene(const Scene& scene, const Bank& bank, const Step& step, double score_min) {
  const Correlator correlator(scene.signal, scene.weight, bank.box);
  std::vector<Candidate> found;
  for (const Probe& probe : bank.probes) {
    for (const Peak& peak : correlator.Find(probe.signal, probe.weight, score_min)) {
      if (peak.opacity < kOpacityMin || peak.opacity > kOpacityMax) continue;
      found.push_back({{peak.center / step.searched, step.scale, probe.angle}, peak.opacity, peak.score});
    }
  }
  return found;
}

}  // namespace

std::vector<image::Image> Octaves(const image::Image& upright) {
  constexpr int kSmallest = 16;
  std::vector<image::Image> octaves{upright};
  while (std::min(octaves.back().width(), octaves.back().height()) >= 2 * kSmallest) {
    image::Image half = octaves.back();
    half.pixels = cv::Mat();
    cv::resize(octaves.back().pixels, half.pixels, {}, .5, .5, cv::INTER_AREA);
    octaves.push_back(std::move(half));
  }
  return octaves;
}

Result<std::vector<Candidate>> Search(const std::vector<image::Image>& octaves, const Template& overlay,
                                      const Grain& grain, int threads) {
  const double side = std::sqrt(overlay.size().area());
  const auto steps = PlanSteps(octaves[0], overlay, grain);
  const Bank usual = MakeBank(overlay, grain.side_px / side, Angles(overlay, grain.side_px / side, grain));
  std::vector<std::vector<Candidate>> found(steps.size());
  TRY(nn::ForEach(static_cast<int>(steps.size()), threads, [&](int index) -> Status {
    const Step& step = steps[index];
    const double shown = step.scale * step.searched;
    const bool is_usual = std::abs(shown * side - grain.side_px) < 1e-6;
    const Scene scene = MakeScene(ReadSearched(octaves, step.searched), overlay.planes);
    const Bank own = is_usual ? Bank() : MakeBank(overlay, shown, Angles(overlay, shown, grain));
    found[index] = Distinct(SearchScene(scene, is_usual ? usual : own, step, kScoreMin), side, kPerScale);
    return {};
  }));
  std::vector<Candidate> all;
  for (const auto& some : found) all.insert(all.end(), some.begin(), some.end());
  return Distinct(std::move(all), side, static_cast<std::size_t>(grain.most));
}

std::vector<Candidate> SearchSame(const std::vector<image::Image>& octaves, const Template& overlay, const Pose& pose,
                                  double score_min, int most) {
  const double side = std::sqrt(overlay.size().area());
  const Step step{pose.scale, SearchedFor(octaves[0], side * pose.scale, kTurned)};
  const Scene scene = MakeScene(ReadSearched(octaves, step.searched), overlay.planes);
  const Bank bank = MakeBank(overlay, step.scale * step.searched, {pose.angle});
  return Distinct(SearchScene(scene, bank, step, score_min), side, static_cast<std::size_t>(most));
}

}  // namespace removr::owner
