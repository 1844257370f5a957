// The journey: decode, locate (or take the hand-made mask), erase, a second look, encode, the receipt.
#include "engine/pipeline.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>
#include <vector>

#include "engine/codec/convert.h"
#include "engine/codec/decode.h"
#include "engine/codec/encode.h"
#include "engine/codec/parts.h"
#include "engine/hand_mask.h"
#include "engine/owner/find.h"
#include "engine/owner/lift.h"
#include "engine/receipt/rle.h"

namespace removr::engine {

// Measures one stage after the other.
class Pipeline::Stopwatch {
 public:
  explicit Stopwatch(const Config& config) : now_(config.now), last_(Now()) {}

  // Milliseconds since the last lap.
  double Lap() {
    const auto before = std::exchange(last_, Now());
    return std::chrono::duration<double, std::milli>(last_ - before).count();
  }

 private:
  std::chrono::nanoseconds Now() const { return now_ ? now_() : std::chrono::nanoseconds(0); }

  const std::function<std::chrono::nanoseconds()>& now_;
  std::chrono::nanoseconds last_;
};

namespace {

// Where a finding is of another kind, those of its parts that are not.
void KeepKinds(const Kinds& kinds, image::Findings& findings) {
  image::Findings kept;
  for (image::Finding& finding : findings) {
    KeepKinds(kinds, finding.parts);
    if (kinds.test(static_cast<std::size_t>(finding.kind))) {
      kept.push_back(std::move(finding));
    } else {
      std::ranges::move(finding.parts, std::back_inserter(kept));
    }
  }
  findings = std::move(kept);
}

// What locate still sees where something was erased: in `mask`.
Result<image::Findings> Left(const locate::Locator& locator, const erase::Erased& erased, const image::Mask& mask,
                             const Kinds& kinds) {
  std::vector<cv::Rect> places;
  for (const auto& finding : erased.findings) places.push_back(finding.box);
  ASSIGN_OR_RETURN(image::Findings left, locator.FindNear(erased.image, places));
  KeepKinds(kinds, left);
  std::erase_if(
      left, [&](const image::Finding& finding) { return cv::countNonZero(mask(finding.box) & finding.region) == 0; });
  return left;
}

bool IsTiles(const image::Finding& finding) { return !finding.strokes.empty(); }

// Erases what was found, and then what shows only once that is gone, such as a logo's other colour. What is left of
// tiles can't be told from the scene: it lies all over the image, and the networks would take flowers for it.
Result<erase::Erased> EraseFound(const locate::Locator& locator, const erase::Eraser& eraser,
                                 const image::Image& upright, const image::Findings& findings, const Kinds& kinds) {
  constexpr int kFurtherLooks = 2;
  ASSIGN_OR_RETURN(erase::Erased erased, eraser.Erase(upright, findings));
  if (std::ranges::any_of(erased.findings, IsTiles)) return erased;
  for (int look = 0; look < kFurtherLooks && !erased.findings.empty(); ++look) {
    ASSIGN_OR_RETURN(const image::Findings left, Left(locator, erased, erased.mask, kinds));
    ASSIGN_OR_RETURN(erase::Erased further, eraser.Erase(erased.image, left));
    erased.doubt = std::max(erased.doubt, further.doubt);
    if (further.findings.empty()) break;
    erased.image = std::move(further.image);
    erased.mask |= further.mask;
    std::ranges::move(further.findings, std::back_inserter(erased.findings));
  }
  return erased;
}

// What may be left of what was found. Beside tiles the networks see much that belongs to the scene, so that there the
// judge is asked once more what it believes of it.
Result<erase::Remains> Measure(const locate::Locator& locator, const erase::Eraser& eraser, const image::Image& upright,
                               const erase::Erased& erased, const Kinds& kinds) {
  ASSIGN_OR_RETURN(erase::Remains remains, eraser.Measure(upright, erased));
  if (!remains.tiles) return remains;
  ASSIGN_OR_RETURN(image::Findings left, Left(locator, erased, erased.mask, kinds));
  constexpr std::size_t kWeighed = 8;  // of the surest: what is left of tiles looks alike everywhere
  std::ranges::stable_sort(left, std::greater(), [](const auto& f) { return f.confidence + f.support; });
  if (left.size() > kWeighed) left.erase(left.begin() + kWeighed, left.end());
  ASSIGN_OR_RETURN(const auto weighed, eraser.Weigh(erased.image, left));
  for (const auto& finding : weighed) remains.doubt = std::max(remains.doubt, finding.probability);
  return remains;
}

// Takes a template's placements off; what they hide is filled.
erase::Erased TakeOff(const image::Image& upright, const owner::Template& overlay,
                      const std::vector<owner::Fit>& placements) {
  owner::Lifted lifted = owner::Lift(upright, overlay, placements);
  erase::Erased erased{std::move(lifted.image), std::move(lifted.changed), std::move(lifted.findings), 0};
  erase::FillParts(lifted.hidden, erased);
  return erased;
}

Result<Receipt> MakeReceipt(std::span<const std::uint8_t> before, const Bytes& after, const image::Mask& mask,
                            const Limits& limits) {
  ASSIGN_OR_RETURN(const receipt::Outside outside, receipt::MeasureOutside(before, after, mask, limits));
  return Receipt{receipt::RunLengths(mask), outside};
}

}  // namespace

struct Pipeline::Seen {
  image::Image stored, upright;
  image::Mask by_hand;                 // upright; empty where nothing was chosen by hand
  std::vector<owner::Fit> placements;  // of the owner's template
  erase::Erased erased;
  Outcome outcome;
};

// Decode, locate, erase: what Clean and Detect have in common.
Result<Pipeline::Seen> Pipeline::Look(std::span<const std::uint8_t> bytes, const Options& options,
                                      Stopwatch& watch) const {
  Seen seen;
  Report& report = seen.outcome.report;

  ASSIGN_OR_RETURN(codec::Decoded decoded, codec::Decode(bytes, config_.limits));
  seen.upright = image::ToUpright(decoded.image);
  const image::Image& upright = seen.upright;
  report.original_format = decoded.format;
  report.format = options.choices.format.value_or(decoded.format);
  report.width = upright.width();
  report.height = upright.height();
  seen.stored = std::move(decoded.image);
  report.times.decode = watch.Lap();

  ASSIGN_OR_RETURN(seen.by_hand, HandMask(options.mask, options.choices.roi, upright.pixels.size()));
  if (!options.owner_template.empty()) {
    ASSIGN_OR_RETURN(seen.placements, owner::Find(upright, options.owner_template, config_.threads));
    report.times.locate = watch.Lap();
    seen.erased = TakeOff(upright, options.owner_template, seen.placements);
  } else if (seen.by_hand.empty()) {
    ASSIGN_OR_RETURN(image::Findings findings, locator_->Find(upright));
    KeepKinds(options.choices.kinds, findings);
    report.times.locate = watch.Lap();
    ASSIGN_OR_RETURN(seen.erased, EraseFound(*locator_, *eraser_, upright, findings, options.choices.kinds));
  } else {
    ASSIGN_OR_RETURN(seen.erased, eraser_->EraseMask(upright, seen.by_hand));
  }
  report.findings = seen.erased.findings;
  report.changed_fraction = cv::countNonZero(seen.erased.mask) / static_cast<double>(seen.erased.mask.total());
  report.times.erase = watch.Lap();

  if (options.want_mask) {
    ASSIGN_OR_RETURN(seen.outcome.mask_png, codec::EncodeMaskPng(seen.erased.mask));
  }
  return seen;
}

// Whether anything is left of what was to go. A result is called clean only where little speaks against it: people are
// charged for those.
Result<Verdict> Pipeline::SecondLook(const Seen& seen, const Options& options, Report& report) const {
  const Kinds& kinds = options.choices.kinds;
  const auto verdict = [](bool clean) { return clean ? Verdict::kClean : Verdict::kResidual; };
  if (!seen.placements.empty())
    return verdict(!owner::Remains(seen.erased.image, options.owner_template, seen.placements));
  if (!seen.by_hand.empty()) {
    ASSIGN_OR_RETURN(const image::Findings left, Left(*locator_, seen.erased, seen.by_hand, kinds));
    return verdict(left.empty());
  }
  ASSIGN_OR_RETURN(report.remains, Measure(*locator_, *eraser_, seen.upright, seen.erased, kinds));
  return verdict(erase::ProbablyGone(report.remains) >= erase::kGone);
}

// The file with the erased pixels in it, as it was stored, or in the chosen format.
Result<Bytes> Pipeline::Encode(std::span<const std::uint8_t> bytes, const Seen& seen, const Options& options) const {
  const Report& report = seen.outcome.report;
  const bool found = !report.findings.empty();
  const bool same_format = report.format == report.original_format;
  if (same_format && !found) return Bytes(bytes.begin(), bytes.end());
  image::Image cleaned = seen.stored;
  if (found) cleaned.pixels = image::FromUpright(seen.erased.image.pixels, seen.stored.orientation);
  if (!same_format) return codec::EncodeAs(report.format, bytes, cleaned, options.choices.quality, config_.limits);
  const image::Mask mask = image::FromUpright(seen.erased.mask, seen.stored.orientation);
  return codec::Encode(bytes, cleaned, mask, config_.limits, options.choices.quality);
}

Result<Outcome> Pipeline::Clean(std::span<const std::uint8_t> bytes, const Options& options) const {
  Stopwatch watch(config_);
  ASSIGN_OR_RETURN(auto seen, Look(bytes, options, watch));
  Report& report = seen.outcome.report;
  if (!report.findings.empty()) {
    ASSIGN_OR_RETURN(report.verdict, SecondLook(seen, options, report));
    report.times.verify = watch.Lap();
  }
  seen.upright = {};
  ASSIGN_OR_RETURN(seen.outcome.bytes, Encode(bytes, seen, options));
  report.credentials_invalid = !report.findings.empty() && codec::HasContentCredentials(seen.outcome.bytes);
  report.times.encode = watch.Lap();
  if (options.want_receipt) {
    seen.stored = {};  // the files are read again, and need the room
    seen.erased.image = {};
    ASSIGN_OR_RETURN(report.receipt, MakeReceipt(bytes, seen.outcome.bytes, seen.erased.mask, config_.limits));
    report.times.receipt = watch.Lap();
  }
  return std::move(seen.outcome);
}

Result<Outcome> Pipeline::Detect(std::span<const std::uint8_t> bytes, const Options& options) const {
  Stopwatch watch(config_);
  ASSIGN_OR_RETURN(auto seen, Look(bytes, options, watch));
  Report& report = seen.outcome.report;
  if (!report.findings.empty()) report.verdict = Verdict::kResidual;  // all of it is still there
  return std::move(seen.outcome);
}

}  // namespace removr::engine
