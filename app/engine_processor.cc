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
  explicit EngineProcessor(std::unique_ptr<engine::Engine> engine) : engine_(std::move(engine)) {}

  Result<job::ProcessedImage> Process(std::span<const std::uint8_t> bytes) override {
    auto outcome = Clean(bytes);
    if (!outcome) {
      Error error = std::move(outcome).error();
      // A bug of ours on this very image counts as a try; as the surroundings' fault it would be tried for ever.
      if (error.code == ErrorCode::kInternal) error.code = ErrorCode::kEngineFailure;
      return tl::unexpected(std::move(error));
    }
    const engine::Report& report = outcome->report;
    return job::ProcessedImage{.bytes = std::move(outcome->bytes),
                               .verdict = ToJob(report.verdict),
                               .format = report.format,
                               .width = report.width,
                               .height = report.height,
                               .changed_fraction = report.changed_fraction,
                               .findings_json = FindingsJson(report.findings)};
  }

 private:
  Result<engine::Outcome> Clean(std::span<const std::uint8_t> bytes) const {
    try {
      return engine_->Clean(bytes, {});
    } catch (const std::exception& exception) {  // want of memory: no other exception leaves the engine
      return Fail(ErrorCode::kEngineFailure, exception.what());
    }
  }

  std::unique_ptr<engine::Engine> engine_;
};

}  // namespace

std::unique_ptr<job::Processor> MakeEngineProcessor(std::unique_ptr<engine::Engine> engine) {
  return std::make_unique<EngineProcessor>(std::move(engine));
}

}  // namespace removr::app
