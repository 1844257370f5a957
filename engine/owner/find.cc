#include "engine/owner/find.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/nn/parallel.h"
#include "engine/owner/colors.h"
#include "engine/owner/search.h"

namespace removr::owner {
namespace {

constexpr int kCandidates = 20;  // that are looked at more closely
constexpr int kTriesMax = 5;     // to the picture's own pixels
constexpr int kTilesMax = 400;
constexpr double kFirstSidePx = 28;   // side of a square of the template's area, from which it is refined
constexpr double kViewMaxPx = 1.5e6;  // of the part of the picture in which a template is refined
constexpr double kTileScoreMin = 4;   // of a place that a first placement's size and angle point to, as searched

// What is believed. Measured, with a margin: docs/template.md.
constexpr double kScoreMin = 31, kAgreementMin = .98, kOpacityMin = .04;
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
    return {ToPlanes(rgb, overlay_.planes), window.tl()};
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

bool Alike(double a, double b, double ratio) { return a < b * ratio && b < a * ratio; }

bool Believed(const Fit& fit) {
  return fit.score >= kScoreMin && fit.agreement >= kAgreementMin && fit.opacity >= kOpacityMin;
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
  const View view = pictures.Read(octave, shown.pose);
  if (view.planes.empty()) return {};
  shown = Refine(view, overlay, shown, effort);
  shown.pose = Scaled(shown.pose, 1 / scale);
  return shown;
}

int FirstOctave(const Pictures& pictures, const Template& overlay, const Pose& pose) {
  const double side = std::sqrt(overlay.size().area()) * pose.scale;
  int octave = 0;
  while (octave + 1 < pictures.count() && side * pictures.Scale(octave + 1) > kFirstSidePx) ++octave;
  return octave;
}

// From `octave` to the picture's own pixels, or as near to them as memory allows.
Fit RefineDown(const Pictures& pictures, int octave, const Template& overlay, Fit fit, bool same_shape) {
  for (; octave >= 0 && Promising(fit); --octave) {
    const double scale = pictures.Scale(octave);
    if (Bounds(overlay.size(), Scaled(fit.pose, scale)).area() > kViewMaxPx) break;
    fit = RefineAt(pictures, octave, overlay, fit,
                   {.rounds = octave == 0 ? 8 : 5, .sharpness = octave == 0, .same_shape = same_shape});
  }
  return fit;
}

// The way of scaling that leaves least behind.
Fit ChooseKernel(const Pictures& pictures, const Template& overlay, const Fit& smooth) {
  Fit best = smooth;
  for (const Kernel kernel : {Kernel::kLinear, Kernel::kCubic}) {
    Fit fit = smooth;
    fit.rendering = {kernel, 0};
    fit = RefineAt(pictures, 0, overlay, fit, {.rounds = 4, .sharpness = true});
    if (fit.left < best.left) best = fit;
  }
  return best;
}

// Further placements of the size and angle of one that was found.
void FindTiles(const Template& overlay, const Fit& first, Pictures& pictures) {
  const int octave = FirstOctave(pictures, overlay, first.pose);
  for (const Candidate& one : SearchSame(pictures.octaves(), overlay, first.pose, kTileScoreMin, kTilesMax)) {
    if (!Alike(one.opacity, first.opacity, 2) || pictures.Taken(one.pose)) continue;
    Fit fit = first;
    fit.pose.center = one.pose.center;
    fit = RefineAt(pictures, octave, overlay, fit, {.rounds = 3, .same_shape = true});
    if (!Promising(fit) || !Alike(fit.opacity, first.opacity, 1.6)) continue;
    fit = RefineDown(pictures, octave - 1, overlay, fit, true);
    if (BelievedTile(fit, first) && !pictures.Taken(fit.pose)) pictures.Add(fit);
  }
}

}  // namespace

Result<std::vector<Fit>> Find(const image::Image& upright, const Template& overlay, int threads) {
  Pictures pictures(Octaves(upright), overlay);
  ASSIGN_OR_RETURN(const auto candidates, Search(pictures.octaves(), overlay, kCandidates, threads));
  std::vector<Fit> fits(candidates.size());
  TRY(nn::ForEach(static_cast<int>(candidates.size()), threads, [&](int index) -> Status {
    const Candidate& one = candidates[index];
    fits[index] = RefineAt(pictures, FirstOctave(pictures, overlay, one.pose), overlay,
                           {.pose = one.pose, .rendering = {}, .opacity = one.opacity}, {.rounds = 6});
    return {};
  }));
  std::erase_if(fits, [](const Fit& fit) { return !Promising(fit); });
  std::stable_sort(fits.begin(), fits.end(), [](const Fit& a, const Fit& b) { return a.score > b.score; });
  if (fits.size() > kTriesMax) fits.resize(kTriesMax);
  for (const Fit& fit : fits) {
    if (pictures.Taken(fit.pose)) continue;
    const Fit refined = RefineDown(pictures, FirstOctave(pictures, overlay, fit.pose), overlay, fit, false);
    if (!Believed(refined) || pictures.Taken(refined.pose)) continue;
    if (!pictures.found().empty() && !Alike(refined.opacity, pictures.found().front().opacity, kRatio)) continue;
    pictures.Add(ChooseKernel(pictures, overlay, refined));
    FindTiles(overlay, Fit(pictures.found().back()), pictures);
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
