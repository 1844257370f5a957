#include "bench/score.h"

#include <algorithm>
#include <ctime>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

#include "bench/metrics.h"

namespace removr::bench {
namespace {

constexpr double kPeerRadiusPx = 5;  // what OpenCV's own sample uses is 3; 5 scores better on wide strokes

double CpuSeconds() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Where a result may differ from the file: the mask, or in a JPEG the blocks that it touches.
cv::Mat Changeable(const cv::Mat& mask, FileKind file) {
  if (file == FileKind::kPng) return mask;
  return GrownToBlocks(mask, file == FileKind::kJpeg420 ? 16 : 8);
}

struct Cleaned {
  engine::Outcome outcome;
  cv::Mat pixels;  // the outcome, decoded
  cv::Mat mask;    // all 0 where the engine found nothing
  double seconds = 0;
};

Result<Cleaned> RunEngine(const engine::Engine& engine, const Bytes& file) {
  Cleaned cleaned;
  const double start = CpuSeconds();
  engine::Options options;
  options.want_mask = true;
  ASSIGN_OR_RETURN(cleaned.outcome, engine.Clean(file, options));
  cleaned.seconds = CpuSeconds() - start;
  ASSIGN_OR_RETURN(cleaned.pixels, Decode(cleaned.outcome.bytes));
  ASSIGN_OR_RETURN(cleaned.mask, DecodeMask(cleaned.outcome.mask_png));
  if (cleaned.mask.empty()) cleaned.mask = cv::Mat::zeros(cleaned.pixels.size(), CV_8UC1);
  if (cleaned.mask.size() != cleaned.pixels.size())
    return Fail(ErrorCode::kInternal, "the engine's mask has another size than its image");
  return cleaned;
}

Restoration Measure(const cv::Mat& result, const Composite& composite, double seconds) {
  const double texture_of_truth = MeanGradient(composite.truth, composite.mask);
  return {.psnr = Psnr(result, composite.truth, composite.mask),
          .rmse = Rmse(result, composite.truth, composite.mask),
          .texture = texture_of_truth > 0 ? MeanGradient(result, composite.mask) / texture_of_truth : 1,
          .seconds = seconds};
}

Restoration RunPeer(const Composite& composite, int method) {
  const double start = CpuSeconds();
  cv::Mat result;
  cv::inpaint(composite.marked, composite.mask, result, kPeerRadiusPx, method);
  return Measure(result, composite, CpuSeconds() - start);
}

double SurestOf(const engine::Outcome& outcome) {
  float surest = 0;
  for (const image::Finding& finding : outcome.report.findings) surest = std::max(surest, finding.confidence);
  return surest;
}

}  // namespace

Result<Scored> Scorer::Run(const Case& one, const Composite& composite) const {
  ASSIGN_OR_RETURN(const Cleaned cleaned, RunEngine(engine_, composite.file));
  if (cleaned.pixels.size() != composite.truth.size()) return Fail(ErrorCode::kInternal, "the result has another size");
  Score score;
  score.one = one;
  score.psnr_before = Psnr(composite.marked, composite.truth, composite.mask);
  score.removr = Measure(cleaned.pixels, composite, cleaned.seconds);
  if (with_peers_) {
    score.telea = RunPeer(composite, cv::INPAINT_TELEA);
    score.ns = RunPeer(composite, cv::INPAINT_NS);
  }
  const Overlap overlap = Compare(cleaned.mask, composite.mask);
  score.iou = overlap.iou;
  score.f1 = overlap.f1;
  score.recall = overlap.recall;
  score.verdict = cleaned.outcome.report.verdict;
  score.remains = cleaned.outcome.report.remains;
  score.confidence = SurestOf(cleaned.outcome);
  score.rest = VisibleRest(cleaned.pixels, composite.marked, composite.truth, composite.mask);
  score.outside = LargestDifference(cleaned.pixels, composite.marked, Changeable(cleaned.mask, one.file));
  score.mask_share = cv::countNonZero(composite.mask) / static_cast<double>(composite.mask.total());
  score.megapixels = static_cast<double>(composite.mask.total()) / 1e6;
  return Scored{score, {composite.marked, cleaned.mask, cleaned.pixels, composite.truth, composite.mask}};
}

Result<CleanScored> Scorer::RunClean(CleanKind kind, int index, const Bytes& file) const {
  ASSIGN_OR_RETURN(const Cleaned cleaned, RunEngine(engine_, file));
  ASSIGN_OR_RETURN(const cv::Mat input, Decode(file));
  if (cleaned.pixels.size() != input.size()) return Fail(ErrorCode::kInternal, "the result has another size");
  cv::Mat difference, gray;
  cv::absdiff(input, cleaned.pixels, difference);
  cv::transform(difference, gray, cv::Matx13f(1, 1, 1));
  const auto pixels = static_cast<double>(input.total());
  const CleanScore score{.kind = kind,
                         .index = index,
                         .touched = cleaned.outcome.bytes != file,
                         .changed_share = cv::countNonZero(gray) / pixels,
                         .confidence = SurestOf(cleaned.outcome),
                         .seconds = cleaned.seconds,
                         .megapixels = pixels / 1e6};
  return CleanScored{score, {input, cleaned.mask, cleaned.pixels, input, cv::Mat::zeros(input.size(), CV_8UC1)}};
}

}  // namespace removr::bench
