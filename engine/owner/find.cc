#include "engine/owner/find.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <span>

#include "engine/nn/parallel.h"
#include "engine/owner/colors.h"
#include "engine/owner/search.h"

namespace removr::owner {
namespace {

constexpr std::size_t kLikely = 20;  // candidates that are looked at first
constexpr int kTriesMax = 8;         // to the picture's own pixels
constexpr std::size_t kTilesMax = 400;
constexpr double kViewMaxPx = 1.5e6;  // of the part of the picture in which a template is refined
constexpr double kTileScoreMin = 4;   // of a place that a first placement's size and angle point to, as searched

// What is believed. Measured, with a margin: docs/template.md.
constexpr double kScoreMin = 36, kScoreTurnedMin = 45, kAgreementMin = .98, kOpacityMin = .04;
constexpr double kTileScoreBelieved = 14, kTileAgreementMin = .7;  // whose size and angle are known
constexpr double kRatio = 1.35;                                    // of the opacities of two placements

// The photograph at every resolution, less what has been found on it already.
class Pictures {
 public:
  Pictures(std::vector<image::Image> octaves, const Template& overlay)
      : octaves_(std::move(octaves)), overlay_(overlay) {}

  const std::vector<image::Image>& octaves() const { return octaves_; }
  int count() const { return static_cast<int>(octaves_.size()); }
  // Px of an octave per px of the photograph.
  double Scale(int octave) const { return static_cast<double>(octaves_[octave].width()) / octaves_[0].width(); }
  const std::vector<Fit>& found() const { return found_; }
  void Add(const Fit& fit) { found_.push_back(fit); }
  // Whether a placement lies there already: what is left of it looks like one more, turned a little.
  bool Taken(const Pose& pose) const {
    const double side = std::sqrt(overlay_.size().area());
    return std::ranges::any_of(found_, [&](const Fit& fit) {
      return cv::norm(fit.pose.center - pose.center) < .3 * side * std::max(fit.pose.scale, pose.scale);
    });
  }

  // What lies around `pose` (in px of the octave); no planes where that is outside.
  View Read(int octave, const Pose& pose) const {
    constexpr int kAround = 12, kSideMin = 8;
    const cv::Rect bounds = Bounds(overlay_.size(), pose);
    const cv::Rect window =
        cv::Rect(bounds.x - kAround, bounds.y - kAround, bounds.width + 2 * kAround, bounds.height + 2 * kAround) &
        cv::Rect({}, octaves_[octave].pixels.size());
    if (std::min(window.width, window.height) < kSideMin) return {};
    cv::Mat rgb = image::ReadRgb(octaves_[octave], window);
    for (const Fit& fit : found_) Lift(octave, fit, window, rgb);
    return {ToPlanes(rgb, overlay_.planes), window.tl(), octaves_[octave].soft_colors && octave == 0 ? kSoftness : 0};
  }

 private:
  void Lift(int octave, const Fit& fit, const cv::Rect& window, cv::Mat& rgb) const {
    const Pose pose = Scaled(fit.pose, Scale(octave));
    if ((Bounds(overlay_.size(), pose) & window).empty()) return;
    const Sheet sheet = Render(overlay_, pose, window, octave == 0 ? fit.rendering : Rendering());
    constexpr float kMost = .97F;
    const auto g = static_cast<float>(fit.opacity);
    for (int y = 0; y < rgb.rows; ++y) {
      for (int x = 0; x < rgb.cols; ++x) {
        const float a = std::min(g * sheet.opacity.at<float>(y, x), kMost);
        auto& pixel = rgb.at<cv::Vec3f>(y, x);
        pixel = (pixel - sheet.premultiplied.at<cv::Vec3f>(y, x) * g) / (1 - a);
        for (int c = 0; c < 3; ++c) pixel[c] = std::clamp(pixel[c], 0.0F, 1.0F);
      }
    }
  }

  const std::vector<image::Image> octaves_;
  const Template& overlay_;
  std::vector<Fit> found_;
};

bool Promising(const Fit& fit) { return fit.score > 5 && fit.opacity > .02 && fit.agreement > .35; }

// Enough for a closer look, if another kernel may explain it better.
bool Likely(const Fit& fit) {
  return fit.score > kScoreMin / 2 && fit.agreement > .8 && fit.opacity >= kOpacityMin / 2;
}

bool Alike(double a, double b, double ratio) { return a < b * ratio && b < a * ratio; }

// Marks are mostly level, and of seven angles that are tried one is: what is turned needs more to be believed.
bool Believed(const Fit& fit) {
  constexpr double kLevelMax = .02;  // radians
  const double least = std::abs(fit.pose.angle) > kLevelMax ? kScoreTurnedMin : kScoreMin;
  return fit.score >= least && fit.agreement >= kAgreementMin && fit.opacity >= kOpacityMin && !AtBound(fit);
}

bool BelievedTile(const Fit& fit, const Fit& first) {
  return fit.score >= kTileScoreBelieved && fit.agreement >= kTileAgreementMin &&
         Alike(fit.opacity, first.opacity, kRatio);
}

// One octave, `fit` in px of the photograph.
Fit RefineAt(const Pictures& pictures, int octave, const Template& overlay, const Fit& fit, const Effort& effort) {
  const double scale = pictures.Scale(octave);
  Fit shown = fit;
  shown.pose = Scaled(fit.pose, scale);
  shown.rendering.fine = octave == 0 ? Rendering().fine : 2;
  const View view = pictures.Read(octave, shown.pose);
  if (view.planes.empty()) return {};
  shown = Refine(view, overlay, shown, effort);
  shown.pose = Scaled(shown.pose, 1 / scale);
  return shown;
}

// Where a square of the template's area has nearly the side at which it was searched.
int FirstOctave(const Pictures& pictures, const Template& overlay, const Pose& pose, const Grain& grain) {
  const double side = std::sqrt(overlay.size().area()) * pose.scale;
  int octave = 0;
  while (octave + 1 < pictures.count() && side * pictures.Scale(octave + 1) > .8 * grain.side_px) ++octave;
  return octave;
}

// At the picture's own pixels, where every round counts and takes longest.
Effort Exactly(const Template& overlay, const Pose& pose, bool same_shape) {
  const bool large = Bounds(overlay.size(), pose).area() > kViewMaxPx;
  return {.rounds = large ? 4 : 10, .exact = true, .same_shape = same_shape};
}

// From `octave` to the picture's own pixels, or as near to them as is quick.
Fit RefineDown(const Pictures& pictures, int octave, const Template& overlay, Fit fit, bool same_shape) {
  for (; octave >= 0 && Promising(fit); --octave) {
    const double scale = pictures.Scale(octave);
    if (Bounds(overlay.size(), Scaled(fit.pose, scale)).area() > kViewMaxPx) break;
    fit =
        RefineAt(pictures, octave, overlay, fit,
                 octave == 0 ? Exactly(overlay, fit.pose, same_shape) : Effort{.rounds = 5, .same_shape = same_shape});
  }
  return fit;
}

// The way of scaling that leaves least behind.
Fit ChooseKernel(const Pictures& pictures, const Template& overlay, const Fit& smooth) {
  Fit best = smooth;
  for (const Kernel kernel : {Kernel::kLinear, Kernel::kCubic, Kernel::kLanczos}) {
    Fit fit = smooth;
    fit.rendering = {.kernel = kernel};
    fit = RefineAt(pictures, 0, overlay, fit, Exactly(overlay, fit.pose, false));
    if (fit.left < best.left) best = fit;
  }
  return best;
}

// The steps by which tiles repeat, shortest first: from the first one to another, and as often between others.
std::vector<cv::Point2d> Steps(const std::vector<Fit>& tiles) {
  constexpr double kApartPx = 2;
  constexpr std::size_t kMost = 8, kTilesMin = 4, kLeast = 3;
  if (tiles.size() < kTilesMin) return {};
  std::vector<cv::Point2d> steps;
  for (const Fit& to : tiles) {
    const cv::Point2d step = to.pose.center - tiles[0].pose.center;
    const auto repeated = std::ranges::count_if(tiles, [&](const Fit& one) {
      return std::ranges::any_of(
          tiles, [&](const Fit& other) { return cv::norm(other.pose.center - one.pose.center - step) < kApartPx; });
    });
    if (cv::norm(step) > kApartPx && static_cast<std::size_t>(repeated) >= std::max(kLeast, tiles.size() / 3))
      steps.push_back(step);
  }
  std::ranges::sort(steps, {}, [](const cv::Point2d& step) { return cv::norm(step); });
  if (steps.size() > kMost) steps.resize(kMost);
  return steps;
}

// Tiles where the others repeat, which the search missed: cut by the border, or over what is busy.
void Repeat(const Template& overlay, const Fit& first, Pictures& pictures) {
  constexpr double kScoreLeast = 6, kOffMaxPx = 2;
  const std::vector<cv::Point2d> steps = Steps(pictures.found());
  std::vector<cv::Point2d> tried;
  const cv::Rect whole({}, pictures.octaves()[0].pixels.size());
  for (std::size_t i = 0; i < pictures.found().size() && i < kTilesMax; ++i) {  // which grows
    for (std::size_t s = 0; s < 2 * steps.size(); ++s) {
      Fit fit = first;
      fit.pose.center = pictures.found()[i].pose.center + steps[s / 2] * (s % 2 == 0 ? 1.0 : -1.0);
      if ((Bounds(overlay.size(), fit.pose) & whole).empty() || pictures.Taken(fit.pose)) continue;
      const cv::Point2d expected = fit.pose.center;
      if (std::ranges::any_of(tried, [&](const cv::Point2d& at) { return cv::norm(at - expected) < kOffMaxPx; }))
        continue;
      tried.push_back(expected);
      fit = RefineAt(pictures, 0, overlay, fit, {.rounds = 6, .same_shape = true});
      if (fit.score > kScoreLeast && fit.agreement > kTileAgreementMin && Alike(fit.opacity, first.opacity, kRatio) &&
          cv::norm(fit.pose.center - expected) < kOffMaxPx)
        pictures.Add(fit);
    }
  }
}

// Further placements of the size and angle of one that was found.
void FindTiles(const Template& overlay, const Fit& first, Pictures& pictures) {
  const int octave = FirstOctave(pictures, overlay, first.pose, kTurned);
  for (const Candidate& one :
       SearchSame(pictures.octaves(), overlay, first.pose, kTileScoreMin, static_cast<int>(kTilesMax))) {
    if (!Alike(one.opacity, first.opacity, 2) || pictures.Taken(one.pose)) continue;
    Fit fit = first;
    fit.pose.center = one.pose.center;
    fit = RefineAt(pictures, octave, overlay, fit, {.rounds = 3, .same_shape = true});
    if (!Promising(fit) || !Alike(fit.opacity, first.opacity, 1.6)) continue;
    fit = RefineDown(pictures, octave - 1, overlay, fit, true);
    if (BelievedTile(fit, first) && !pictures.Taken(fit.pose)) pictures.Add(fit);
  }
  Repeat(overlay, first, pictures);
}

// Adds those of the candidates that are placements, and the tiles that go with them.
Status AddPlacements(std::span<const Candidate> candidates, const Template& overlay, const Grain& grain, int threads,
                     Pictures& pictures) {
  std::vector<Fit> fits(candidates.size());
  TRY(nn::ForEach(static_cast<int>(candidates.size()), threads, [&](int index) -> Status {
    const Candidate& one = candidates[index];
    fits[index] = RefineAt(pictures, FirstOctave(pictures, overlay, one.pose, grain), overlay,
                           {.pose = one.pose, .rendering = {}, .opacity = one.opacity}, {.rounds = 6});
    return {};
  }));
  std::erase_if(fits, [](const Fit& fit) { return !Promising(fit); });
  std::stable_sort(fits.begin(), fits.end(), [](const Fit& a, const Fit& b) { return a.score > b.score; });
  if (fits.size() > kTriesMax) fits.resize(kTriesMax);
  for (const Fit& fit : fits) {
    if (pictures.Taken(fit.pose)) continue;
    Fit refined = RefineDown(pictures, FirstOctave(pictures, overlay, fit.pose, grain), overlay, fit, false);
    if (!Likely(refined) || pictures.Taken(refined.pose)) continue;
    refined = ChooseKernel(pictures, overlay, refined);
    if (!Believed(refined) || pictures.Taken(refined.pose)) continue;
    refined.opacity = RefineAt(pictures, 0, overlay, refined, {.rounds = 6, .opacity_alone = true, .apart = 6}).opacity;
    if (!pictures.found().empty() && !Alike(refined.opacity, pictures.found().front().opacity, kRatio)) continue;
    pictures.Add(refined);
    FindTiles(overlay, refined, pictures);
  }
  return {};
}

// The likeliest first: mostly it is one of them.
Status Look(const Template& overlay, const Grain& grain, int threads, Pictures& pictures) {
  ASSIGN_OR_RETURN(const auto candidates, Search(pictures.octaves(), overlay, grain, threads));
  const std::span all(candidates);
  const auto likely = all.first(std::min(all.size(), kLikely));
  TRY(AddPlacements(likely, overlay, grain, threads, pictures));
  if (!pictures.found().empty()) return {};
  return AddPlacements(all.subspan(likely.size()), overlay, grain, threads, pictures);
}

}  // namespace

Result<std::vector<Fit>> Find(const image::Image& upright, const Template& overlay, int threads) {
  Pictures pictures(Octaves(upright), overlay);
  for (const Grain& grain : {kTurned, kLevel}) {
    TRY(Look(overlay, grain, threads, pictures));
    if (!pictures.found().empty()) break;
  }
  return pictures.found();
}

bool Remains(const image::Image& cleaned, const Template& overlay, const std::vector<Fit>& placements) {
  constexpr double kLeft = .06;                           // opacity
  constexpr double kScoreLeft = 30, kAgreementLeft = .9;  // rather too often than too seldom
  const Pictures pictures({cleaned}, overlay);
  return std::any_of(placements.begin(), placements.end(), [&](const Fit& placement) {
    Fit fit = placement;
    fit.opacity = kLeft / 2;
    fit = RefineAt(pictures, 0, overlay, fit, {.rounds = 3, .opacity_alone = true});
    return fit.opacity > kLeft && fit.score > kScoreLeft && fit.agreement > kAgreementLeft;
  });
}

}  // namespace removr::owner
