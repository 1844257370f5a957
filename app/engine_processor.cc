#include "app/engine_processor.h"

#include <exception>
#include <utility>

#include "app/report.h"

namespace removr::app {
namespace {

job::Verdict ToJob(engine::Verdict verdict) {
  switch (verdict) {
    case engine::Verdict::kClean: return job::Verdict::kClean;
    case engine::Verdict::kResidual: return job::Verdict::kResidual;
    case engine::Verdict::kNoOverlayFound: break;
  }
  return job::Verdict::kNoOverlayFound;
}

class EngineProcessor final : public job::Processor {
 public:
  EngineProcessor(std::unique_ptr<engine::Engine> engine, EngineVersion version)
      : engine_(std::move(engine)), version_(std::move(version)) {}

  Result<job::ProcessedImage> Process(const job::Assignment& assignment) override {
    auto outcome = Run(assignment);
    if (!outcome) {
      Error error = std::move(outcome).error();
      // A bug of ours on this very image counts as a try; as the surroundings' fault it would be tried for ever.
      if (error.code == ErrorCode::kInternal) error.code = ErrorCode::kEngineFailure;
      return tl::unexpected(std::move(error));
    }
    const engine::Report& report = outcome->report;
    if (report.findings.empty()) outcome->mask_png.clear();  // it would be black
    return job::ProcessedImage{.bytes = std::move(outcome->bytes),
                               .mask_png = std::move(outcome->mask_png),
                               .verdict = ToJob(report.verdict),
                               .original_format = report.original_format,
                               .format = report.format,
                               .width = report.width,
                               .height = report.height,
                               .changed_fraction = report.changed_fraction,
                               .findings_json = FindingsJson(report.findings),
                               .receipt_json = ReceiptJson(report, version_)};
  }

 private:
  Result<engine::Outcome> Run(const job::Assignment& assignment) const {
    try {
      const bool detect = assignment.wishes.task == job::Task::kDetect;
      engine::Options options{.want_mask = true,
                              .want_receipt = !detect,
                              .mask = {},
                              .owner_template = {},
                              .choices = assignment.wishes.choices};
      if (!assignment.mask.empty()) {
        ASSIGN_OR_RETURN(options.mask, engine::ReadMask(assignment.mask));
      }
      if (!assignment.owner_template.empty()) {
        ASSIGN_OR_RETURN(options.owner_template, engine::ReadTemplate(assignment.owner_template));
      }
      return detect ? engine_->Detect(assignment.bytes, options) : engine_->Clean(assignment.bytes, options);
    } catch (const std::exception& exception) {  // want of memory: no other exception leaves the engine
      return Fail(ErrorCode::kEngineFailure, exception.what());
    }
  }

  std::unique_ptr<engine::Engine> engine_;
  const EngineVersion version_;
};

}  // namespace

std::unique_ptr<job::Processor> MakeEngineProcessor(std::unique_ptr<engine::Engine> engine, EngineVersion version) {
  return std::make_unique<EngineProcessor>(std::move(engine), std::move(version));
}

}  // namespace removr::app
