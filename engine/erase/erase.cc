#include "engine/erase/erase.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "engine/erase/fill.h"
#include "engine/erase/layer.h"
#include "engine/erase/mask_parts.h"
#include "engine/erase/matte.h"
#include "engine/erase/painted.h"
#include "engine/erase/traces.h"
#include "engine/erase/trust.h"
#include "engine/erase/unblend.h"
#include "engine/erase/views.h"
#include "engine/nn/parallel.h"
#include "engine/nn/tiles.h"

namespace removr::erase {
namespace {

cv::Rect Grown(const cv::Rect& rect, int by) {
  return {rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by};
}

constexpr float kStroke = .5F;             // probability from which the network's matte is believed
constexpr float kVisible = .03F;           // opacity from which an overlay shows
constexpr int kHaloPx = 32;                // what a fill may look at around its part
constexpr int kLayersMax = 2;              // a caption's letters and their outline
constexpr float kUnexplained = .2F;        // share of the network's mask that a further layer must be worth
constexpr float kFurtherMisfitMax = .15F;  // of a further layer: a poor one does more harm than good
constexpr double kJudgedPx = .4e6;         // of a matte on which a finding is judged: a false one must cost little
constexpr double kErasedPx = .7e6;         // of the matte with which it is erased
constexpr double kTilesPx = 2.5e6;         // the same of tiles, whose strokes are known as finely (locate/repeat.h)
constexpr nn::Tiling kParts{.tile_px = 2048, .overlap_px = 0, .multiple_px = 1, .shrink = 1};

// What the network believes to be strokes of this finding.
cv::Mat Belief(const Matte& matte) {
  cv::Mat belief = matte.mask.clone();
  belief.setTo(0, matte.inside == 0);
  return belief;
}

// What a finding's overlay is made of: flat layers, strongest first; where none fits, the network's own matte has to
// do.
std::vector<Layer> FitLayers(const Matte& matte) {
  std::vector<Layer> layers;
  if (!matte.coverage.empty()) {
    if (auto layer = FitKnownLayer(matte.rgb, matte.coverage)) layers.push_back(std::move(*layer));
    return layers;
  }
  cv::Mat left = Belief(matte), taken = matte.mask.clone();
  taken.setTo(0, matte.inside);
  const int believed = cv::countNonZero(left > .5F);
  while (layers.size() < kLayersMax && cv::countNonZero(left > .5F) > kUnexplained * static_cast<float>(believed)) {
    auto layer = FitLayer(matte.rgb, left, taken);
    if (!layer) break;
    if (!layers.empty() && Misfit(*layer) > kFurtherMisfitMax) break;
    cv::Mat near;
    cv::dilate(layer->covered, near, cv::Mat::ones(3, 3, CV_8U));
    left = left.mul(1 - near);
    taken = cv::max(taken, layer->covered);
    layers.push_back(std::move(*layer));
  }
  return layers;
}

// The layer over a part of the image, at native resolution.
Layer Part(const Matte& matte, const Layer& layer, const cv::Rect& part) {
  return {layer.blend, AtNative(matte, layer.covered, part), AtNative(matte, layer.background, part),
          AtNative(matte, layer.variance, part), layer.exact};
}

struct Piece {
  cv::Mat below, changed, hole;  // new pixels, where they are new, and where they are still to be filled
  int impossible = 0;            // of the inverted ones, see Lifted
};

Piece LiftLayers(const Matte& matte, const std::vector<Layer>& layers, const cv::Rect& window, const cv::Mat& rgb) {
  Piece piece{rgb, cv::Mat::zeros(window.size(), CV_8U), cv::Mat::zeros(window.size(), CV_8U)};
  bool opaque = false;  // what lies around opaque strokes is filled with them, be it translucent itself
  for (const Layer& layer : layers) {
    Lifted lifted = LiftLayer(piece.below, Part(matte, layer, window));
    piece.below = lifted.below;
    piece.changed |= lifted.changed;
    opaque |= layer.blend.opacity > kOpaque;
    if (opaque)
      piece.hole |= lifted.changed;
    else
      piece.impossible += lifted.impossible;
  }
  return piece;
}

Piece LiftMatte(const Matte& matte, const cv::Rect& window, const cv::Mat& rgb) {
  const cv::Mat alpha = AtNative(matte, matte.alpha, window);
  cv::Mat changed = (AtNative(matte, matte.mask, window) > kStroke) & (alpha > kVisible);
  Piece piece{rgb.clone(), changed, changed & (alpha > kOpaque)};
  Unblend(rgb, alpha, AtNative(matte, matte.alpha_color, window)).copyTo(piece.below, changed);
  return piece;
}

// How a finding is erased: found once, for all its parts.
struct Plan {
  std::vector<Layer> layers;
  bool fill = false;     // inverting leaves traces, so that all strokes are filled
  cv::Mat painted = {};  // CV_32FC1, 1 where an opaque overlay is, be it of other colours than its layers; or empty
};

Piece Lift(const Matte& matte, const Plan& plan, const cv::Rect& window, const cv::Mat& rgb) {
  Piece piece = plan.layers.empty() ? LiftMatte(matte, window, rgb) : LiftLayers(matte, plan.layers, window, rgb);
  if (!plan.painted.empty()) {
    const cv::Mat painted = AtNative(matte, plan.painted, window) > .5F;
    piece.hole |= painted;
    piece.changed |= painted;
  }
  cv::Mat inside;
  cv::resize(matte.inside, inside, matte.area.size(), 0, 0, cv::INTER_NEAREST);
  piece.changed &= inside(window - matte.area.tl());
  if (plan.fill) piece.hole = piece.changed.clone();
  // Compression smears an opaque stroke's edge (its colour most of all) over what lies next to it.
  cv::Mat edge;
  cv::dilate(piece.hole, edge, cv::Mat::ones(3, 3, CV_8U));
  edge &= inside(window - matte.area.tl());
  if (!plan.layers.empty()) edge &= Departs(rgb, Part(matte, plan.layers.back(), window));
  piece.hole |= edge;
  piece.changed |= edge;
  piece.hole &= piece.changed;
  return piece;
}

// What the layers would lift, tried at the matte's own scale.
Piece Try(const Matte& matte, const Plan& plan) {
  Matte own = matte;
  own.area = cv::Rect({}, matte.rgb.size());
  return Lift(own, plan, own.area, matte.rgb);
}

// All strokes that the network sees in a finding, its own and strays.
Strokes AllStrokes(const Matte& matte, const std::vector<Layer>& layers) {
  const Plan plan{layers, false, Painted(Belief(matte), layers)};
  return FindStrokes(matte, layers, plan.painted, Try(matte, plan).changed);
}

struct Fitted {
  std::vector<Layer> layers;
  Strokes strokes;  // strays among them; none where they were known
};

// The layers of a finding's own strokes. Strays are taken out of its region.
Fitted FitOwnLayers(Matte& matte) {
  Fitted fitted{FitLayers(matte), {}};
  if (!matte.coverage.empty()) return fitted;
  fitted.strokes = AllStrokes(matte, fitted.layers);
  const cv::Mat strays = Strays(fitted.strokes);
  if (cv::countNonZero(strays) == 0) return fitted;
  cv::Mat around;
  cv::dilate(strays, around, cv::Mat::ones(3, 3, CV_8U));
  matte.inside = matte.inside & ~around;
  fitted.layers = FitLayers(matte);
  return fitted;
}

// What comes out darker than black or brighter than white can't be what lies below either.
bool InversionLeavesTraces(const Matte& matte, const Piece& piece) {
  constexpr float kImpossibleMax = .05F;  // of what is changed
  if (static_cast<float>(piece.impossible) > kImpossibleMax * static_cast<float>(cv::countNonZero(piece.changed)))
    return true;
  const cv::Mat below = Fill(piece.below, piece.hole);
  return LeftTraces(MeasureTraces(matte.rgb, below, piece.changed, matte.mask > .3F));
}

// Whether a finding is an overlay, by itself, on the image as it came. `changed` is still at the matte's own scale.
Result<Weighed> Judge(const nn::Session& judge, const image::Image& image, const image::Finding& finding,
                      const Matte& matte, const std::vector<Layer>& layers) {
  Weighed weighed;
  const Piece piece = Try(matte, {layers});
  weighed.changed = piece.changed;
  if (!matte.coverage.empty()) {
    weighed.trusted = !layers.empty() && TrustedTiles(Misfit(layers.front()));
    weighed.probability = weighed.trusted ? finding.confidence : 0;
    return weighed;
  }
  const Traces traces = MeasureTraces(matte.rgb, piece.below, piece.changed, matte.mask > .3F);
  weighed.evidence = MeasureEvidence(matte, layers, finding, traces, image.pixels.size());
  weighed.views = Views(image, finding, matte, piece.below, piece.changed);
  ASSIGN_OR_RETURN(weighed.evidence.sight, Sight(judge, weighed.views));
  weighed.probability = ProbablyOverlay(weighed.evidence);
  weighed.trusted = weighed.probability >= kTrusted;
  return weighed;
}

// The plan of a finding that has been judged.
Plan PlanJudged(Matte& matte) {
  Plan plan{FitOwnLayers(matte).layers};
  for (Layer& layer : plan.layers) Deepen(matte.rgb, layer);
  plan.painted = Painted(Belief(matte), plan.layers);
  plan.fill = InversionLeavesTraces(matte, Try(matte, plan));
  return plan;
}

// One part of a finding, in `erased`. `allowed`: CV_8UC1 of the image's size, where pixels may change; empty: anywhere.
void ErasePart(const Matte& matte, const Plan& plan, const cv::Rect& part, const image::Mask& allowed, Erased& erased) {
  const cv::Rect window = Grown(part, kHaloPx) & matte.area;
  const cv::Mat rgb = image::ReadRgb(erased.image, window);
  const Piece piece = Lift(matte, plan, window, rgb);
  const cv::Mat below = Fill(piece.below, piece.hole);
  const cv::Rect inner = part - window.tl();
  cv::Mat changed = piece.changed(inner);
  if (!allowed.empty()) changed = changed & (allowed(part) != 0);
  image::WriteRgb(erased.image, part, below(inner), changed);
  erased.mask(part).setTo(255, changed);
}

void EraseWith(const Matte& matte, const Plan& plan, const image::Mask& allowed, Erased& erased) {
  for (const cv::Rect& part : nn::Cover(matte.area.size(), kParts))
    ErasePart(matte, plan, part + matte.area.tl(), allowed, erased);
}

// Whether a translucent overlay's strokes show under a hand-made mask. Of what is opaque the network may know only a
// part, such as its rim, and filling the whole mask loses nothing. That the mask is there says that something is to go,
// not that it is an overlay, so the fit alone decides.
bool ShowsStrokes(const Matte& matte, const Plan& plan) {
  constexpr float kStrokesMin = .02F;  // of the mask
  const bool translucent = std::all_of(plan.layers.begin(), plan.layers.end(),
                                       [](const Layer& layer) { return layer.blend.opacity <= kOpaque; });
  if (plan.layers.empty() || !translucent || plan.fill) return false;
  return cv::countNonZero(Belief(matte) > kStroke) >= kStrokesMin * static_cast<float>(cv::countNonZero(matte.inside));
}

// Fills one part of a hand-made mask as a whole; what lies under its other parts is no source.
void FillMasked(const image::Mask& mask, const image::Finding& part, Erased& erased) {
  constexpr double kAreaMaxPx = 4e6;  // larger ones are filled coarser, so that memory stays bounded
  const int around = std::max(kHaloPx, std::min(part.box.width, part.box.height) / 2);
  const cv::Rect window = Grown(part.box, around) & cv::Rect({}, mask.size());
  const double scale = std::min(1.0, std::sqrt(kAreaMaxPx / window.area()));
  cv::Mat rgb = image::ReadRgb(erased.image, window), hole = mask(window) != 0;
  if (scale < 1) {
    cv::resize(rgb, rgb, {}, scale, scale, cv::INTER_AREA);
    cv::resize(hole, hole, rgb.size(), 0, 0, cv::INTER_AREA);
    hole = hole != 0;
  }
  cv::Mat below = Fill(rgb, hole);
  if (scale < 1) cv::resize(below, below, window.size(), 0, 0, cv::INTER_LINEAR);
  image::WriteRgb(erased.image, part.box, below(part.box - window.tl()), part.region);
  erased.mask(part.box).setTo(255, part.region);
}

// `matte` is of the result, `before` what it shows of the original; `mask` is what was changed of the image.
void MeasureRemains(const Matte& matte, const cv::Mat& before, const image::Mask& mask, Remains& remains) {
  cv::Mat changed;
  cv::resize(mask(matte.area), changed, matte.rgb.size(), 0, 0, cv::INTER_NEAREST);
  const cv::Mat strokes = changed & matte.inside;
  remains.belief = static_cast<float>(cv::mean(matte.mask, strokes)[0]);
  remains.ghost = Ghost(before, matte.rgb, strokes);
  const Traces traces = MeasureTraces(before, matte.rgb, changed, {});
  remains.edges = LogOverAround(traces.after, traces);
  remains.size = static_cast<float>(std::log(100 + cv::countNonZero(strokes) / (matte.scale * matte.scale)));
}

float Opacity(const Matte& matte, const std::vector<Layer>& layers) {
  if (!layers.empty()) return layers.front().blend.opacity;
  const cv::Mat strokes = (matte.mask > kStroke) & matte.inside;
  return static_cast<float>(cv::mean(matte.alpha, strokes)[0]);
}

}  // namespace

void FillParts(const image::Mask& mask, Erased& erased) {
  for (const image::Finding& part : MaskParts(mask)) FillMasked(mask, part, erased);
}

Result<std::unique_ptr<Eraser>> Eraser::Create(const std::filesystem::path& models, int threads) {
  ASSIGN_OR_RETURN(auto restore,
                   nn::Session::Create({models / "restore.onnx", {"mask", "alpha", "alpha_color"}, threads}));
  ASSIGN_OR_RETURN(auto judge, nn::Session::Create({models / "judge.onnx", {"score"}, threads}));
  return std::unique_ptr<Eraser>(new Eraser(std::move(restore), std::move(judge), threads));
}

// Judges all, and hands over what was found of each, on any thread.
Status Eraser::JudgeEach(const image::Image& image, const image::Findings& findings, const TakeWeighed& take) const {
  return nn::ForEach(static_cast<int>(findings.size()), threads_, [&](int i) -> Status {
    ASSIGN_OR_RETURN(Matte matte, PredictMatte(*restore_, 1, image, findings[i], kJudgedPx));
    Fitted fitted = FitOwnLayers(matte);
    ASSIGN_OR_RETURN(Weighed weighed, Judge(*judge_, image, findings[i], matte, fitted.layers));
    weighed.strokes = std::move(fitted.strokes);
    take(i, matte, std::move(weighed));
    return {};
  });
}

Result<Chosen> Eraser::ChooseFrom(const image::Image& image, const image::Findings& findings) const {
  return Choose(findings, [&](const image::Findings& asked) -> Result<std::vector<Judgement>> {
    std::vector<Judgement> judgements(asked.size());
    TRY(JudgeEach(image, asked, [&](int i, const Matte&, const Weighed& weighed) {
      judgements[i] = {weighed.probability, weighed.trusted};
    }));
    return judgements;
  });
}

Result<Erased> Eraser::Erase(const image::Image& upright, const image::Findings& findings) const {
  Erased erased{upright, cv::Mat::zeros(upright.pixels.size(), CV_8U), {}, 0};
  if (findings.empty()) return erased;
  ASSIGN_OR_RETURN(Chosen chosen, ChooseFrom(upright, findings));
  erased.doubt = chosen.doubt;
  erased.image.pixels = upright.pixels.clone();
  for (image::Finding& finding : chosen.trusted) {
    const double pixels = finding.strokes.empty() ? kErasedPx : kTilesPx;
    ASSIGN_OR_RETURN(Matte matte, PredictMatte(*restore_, threads_, erased.image, finding, pixels, kFourLooks));
    const Plan plan = PlanJudged(matte);
    const int before = cv::countNonZero(erased.mask);
    EraseWith(matte, plan, {}, erased);
    if (cv::countNonZero(erased.mask) == before) continue;
    finding.opacity = Opacity(matte, plan.layers);
    finding.parts.clear();
    erased.findings.push_back(std::move(finding));
  }
  return erased;
}

Result<std::vector<Weighed>> Eraser::Weigh(const image::Image& upright, const image::Findings& findings) const {
  std::vector<Weighed> all(findings.size());
  TRY(JudgeEach(upright, findings, [&](int i, const Matte& matte, Weighed weighed) {
    for (cv::Mat* plane : {&weighed.changed, &weighed.strokes.labels}) {
      if (plane->empty()) continue;
      cv::Mat native;
      cv::resize(*plane, native, matte.area.size(), 0, 0, cv::INTER_NEAREST);
      *plane = native(findings[i].box - matte.area.tl()).clone();
    }
    all[i] = std::move(weighed);
  }));
  return all;
}

Result<Remains> Eraser::Measure(const image::Image& upright, const Erased& erased) const {
  std::vector<Remains> of_each(erased.findings.size());
  TRY(nn::ForEach(static_cast<int>(of_each.size()), threads_, [&](int i) -> Status {
    image::Finding finding = erased.findings[i];
    of_each[i].tiles = !finding.strokes.empty();
    finding.strokes.release();  // asked is what restore sees, not what locate knew
    ASSIGN_OR_RETURN(const Matte matte, PredictMatte(*restore_, 1, erased.image, finding, kJudgedPx));
    const cv::Mat before = ReadScaled(upright, matte.area, matte.rgb.size());
    MeasureRemains(matte, before, erased.mask, of_each[i]);
    of_each[i].trust = finding.confidence;
    of_each[i].opacity = finding.opacity;
    return {};
  }));
  Remains worst;
  worst.doubt = erased.doubt;
  for (const Remains& remains : of_each) Worsen(remains, worst);
  return worst;
}

Result<Erased> Eraser::EraseMask(const image::Image& upright, const image::Mask& mask) const {
  constexpr float kConfidence = .95F;  // in the fit, as of a finding that its network is quite sure of
  Erased erased{upright, cv::Mat::zeros(upright.pixels.size(), CV_8U), {}, 0};
  erased.image.pixels = upright.pixels.clone();
  for (image::Finding& part : MaskParts(mask)) {
    ASSIGN_OR_RETURN(const Matte matte, PredictMatte(*restore_, threads_, erased.image, part, kErasedPx, kFourLooks));
    part.confidence = part.support = part.mean = kConfidence;
    Plan plan{FitLayers(matte)};
    ASSIGN_OR_RETURN(const Weighed weighed, Judge(*judge_, erased.image, part, matte, plan.layers));
    plan.fill = weighed.trusted && InversionLeavesTraces(matte, Try(matte, plan));
    const bool strokes = weighed.trusted && ShowsStrokes(matte, plan);
    strokes ? EraseWith(matte, plan, mask, erased) : FillMasked(mask, part, erased);
    part.confidence = 1;
    part.opacity = strokes ? Opacity(matte, plan.layers) : 1;
    erased.findings.push_back(std::move(part));
  }
  return erased;
}

}  // namespace removr::erase
