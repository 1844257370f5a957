// The journey: decode, locate, erase, a second look, encode.
#include "engine/pipeline.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/codec/decode.h"
#include "engine/codec/encode.h"

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

Result<Verdict> SecondLook(const locate::Locator& locator, const erase::Erased& erased) {
  std::vector<cv::Rect> places;
  for (const auto& finding : erased.findings) places.push_back(finding.box);
  ASSIGN_OR_RETURN(const auto left, locator.FindNear(erased.image, places));
  const bool residual = std::any_of(left.begin(), left.end(), [&](const image::Finding& finding) {
    return cv::countNonZero(erased.mask(finding.box) & finding.region) > 0;
  });
  return residual ? Verdict::kResidual : Verdict::kClean;
}

// The file with the erased pixels in it, as it was stored.
Result<Bytes> Encode(std::span<const std::uint8_t> bytes, const image::Image& stored, const erase::Erased& erased,
                     const Limits& limits) {
  image::Image cleaned = stored;
  cleaned.pixels = image::FromUpright(erased.image.pixels, stored.orientation);
  return codec::Encode(bytes, cleaned, image::FromUpright(erased.mask, stored.orientation), limits);
}

}  // namespace

struct Pipeline::Seen {
  image::Image stored;
  erase::Erased erased;
  Outcome outcome;
};

// Decode, locate, erase: what Clean and Detect have in common.
Result<Pipeline::Seen> Pipeline::Look(std::span<const std::uint8_t> bytes, const Options& options,
                                      Stopwatch& watch) const {
  Seen seen;
  Report& report = seen.outcome.report;

  ASSIGN_OR_RETURN(codec::Decoded decoded, codec::Decode(bytes, config_.limits));
  const image::Image upright = image::ToUpright(decoded.image);
  report.format = decoded.format;
  report.width = upright.width();
  report.height = upright.height();
  seen.stored = std::move(decoded.image);
  report.times.decode = watch.Lap();

  ASSIGN_OR_RETURN(const image::Findings findings, locator_->Find(upright));
  report.times.locate = watch.Lap();

  ASSIGN_OR_RETURN(seen.erased, eraser_->Erase(upright, findings));
  report.findings = seen.erased.findings;
  report.changed_fraction = cv::countNonZero(seen.erased.mask) / static_cast<double>(seen.erased.mask.total());
  report.times.erase = watch.Lap();

  if (options.want_mask) {
    ASSIGN_OR_RETURN(seen.outcome.mask_png, codec::EncodeMaskPng(seen.erased.mask));
  }
  return seen;
}

Result<Outcome> Pipeline::Clean(std::span<const std::uint8_t> bytes, const Options& options) const {
  Stopwatch watch(config_);
  ASSIGN_OR_RETURN(auto seen, Look(bytes, options, watch));
  Outcome outcome = std::move(seen.outcome);
  Report& report = outcome.report;
  if (report.findings.empty()) {
    outcome.bytes.assign(bytes.begin(), bytes.end());
    return outcome;
  }
  ASSIGN_OR_RETURN(report.verdict, SecondLook(*locator_, seen.erased));
  report.times.verify = watch.Lap();
  ASSIGN_OR_RETURN(outcome.bytes, Encode(bytes, seen.stored, seen.erased, config_.limits));
  report.times.encode = watch.Lap();
  return outcome;
}

Result<Outcome> Pipeline::Detect(std::span<const std::uint8_t> bytes, const Options& options) const {
  Stopwatch watch(config_);
  ASSIGN_OR_RETURN(auto seen, Look(bytes, options, watch));
  Report& report = seen.outcome.report;
  if (!report.findings.empty()) report.verdict = Verdict::kResidual;  // all of it is still there
  return std::move(seen.outcome);
}

}  // namespace removr::engine
