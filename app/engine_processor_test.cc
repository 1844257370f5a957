#include "app/engine_processor.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

namespace removr::app {
namespace {

using engine::Outcome;

// Answers what it was given: what the real engine does only by accident (a bug of ours, no memory) can be asked for.
class ScriptedEngine final : public engine::Engine {
 public:
  explicit ScriptedEngine(Result<Outcome> outcome) : outcome_(std::move(outcome)) {}
  Result<Outcome> Clean(std::span<const std::uint8_t>, const engine::Options&) const override {
    if (outcome_ && outcome_->bytes.empty()) throw std::bad_alloc();
    return outcome_;
  }
  Result<Outcome> Detect(std::span<const std::uint8_t>, const engine::Options&) const override { return outcome_; }

 private:
  Result<Outcome> outcome_;
};

Result<job::ProcessedImage> Process(Result<Outcome> outcome) {
  return MakeEngineProcessor(std::make_unique<ScriptedEngine>(std::move(outcome)), {"removr 1", "abc"})->Process({});
}

Result<Outcome> Failed(ErrorCode code) { return Fail(code, "x"); }

TEST(EngineProcessor, HandsOnWhatTheEngineReports) {
  Outcome outcome;
  outcome.bytes = {1, 2};
  outcome.report.verdict = engine::Verdict::kResidual;
  outcome.report.format = Format::kPng;
  outcome.report.width = 3;
  outcome.report.height = 4;
  outcome.report.changed_fraction = 0.5;
  outcome.report.findings.push_back({.kind = image::Kind::kLogo, .box = {1, 2, 3, 4}, .confidence = 0.5F, .region = {}});
  const auto image = Process(outcome);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->bytes, outcome.bytes);
  EXPECT_EQ(image->verdict, job::Verdict::kResidual);
  EXPECT_EQ(image->format, Format::kPng);
  EXPECT_EQ(std::pair(image->width, image->height), std::pair(3, 4));
  EXPECT_EQ(image->changed_fraction, 0.5);
  EXPECT_EQ(image->receipt_json, R"({"engine":"removr 1","model":"abc"})");
  EXPECT_EQ(image->findings_json, R"([{"kind":"logo","box":[1,2,3,4],"confidence":0.5}])");
}

TEST(EngineProcessor, KeepsTheImagesOwnFaultsApart) {
  for (const ErrorCode code : {ErrorCode::kUnsupportedFormat, ErrorCode::kCorruptImage, ErrorCode::kTooManyPixels,
                               ErrorCode::kAnimated, ErrorCode::kEngineFailure}) {
    EXPECT_EQ(Process(Failed(code)).error().code, code);
  }
}

TEST(EngineProcessor, CountsABugOfOursAndWantOfMemoryAsATry) {
  EXPECT_EQ(Process(Failed(ErrorCode::kInternal)).error().code, ErrorCode::kEngineFailure);
  EXPECT_EQ(Process(Outcome{}).error().code, ErrorCode::kEngineFailure);
}

}  // namespace
}  // namespace removr::app
