#include "app/template_check.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <mutex>
#include <opencv2/core.hpp>

#include "app/command.h"
#include "app/data_options.h"
#include "engine/engine.h"
#include "service/sandbox/host.h"
#include "service/sandbox/sandbox.h"

namespace removr::app {
namespace {

constexpr const char* kCommand = "template-host";

// Of 16 megapixels, the most that a template may have, decoding takes a tenth of it.
constexpr std::chrono::seconds kTimeLimit{20};

class TemplateProcessor final : public job::Processor {
 public:
  Result<job::ProcessedImage> Process(const job::Assignment& assignment) override {
    try {
      const auto overlay = engine::ReadTemplate(assignment.owner_template);
      if (!overlay && overlay.error().code != ErrorCode::kBadRequest) return tl::unexpected<Error>(overlay.error());
      if (!overlay) return Fail(ErrorCode::kCorruptImage, std::string(overlay.error().Public()));
      job::ProcessedImage looked;
      looked.width = overlay->size().width;
      looked.height = overlay->size().height;
      return looked;
    } catch (const std::exception& exception) {  // want of memory
      return Fail(ErrorCode::kEngineFailure, exception.what());
    }
  }
};

}  // namespace

Status CheckTemplate(std::span<const std::uint8_t> bytes) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const auto sandbox = sandbox::Sandbox::Create({.host_arguments = {kCommand}});
  if (!sandbox) return Fail(ErrorCode::kBusy, sandbox.error().message);
  const auto looked =
      (*sandbox)->Process({.bytes = {}, .mask = {}, .owner_template = bytes, .wishes = {}, .time_limit = kTimeLimit});
  if (looked) return {};
  const Error& error = looked.error();
  switch (error.code) {
    case ErrorCode::kCorruptImage: return Fail(ErrorCode::kBadRequest, error.message, error.message);
    case ErrorCode::kIo: return Fail(ErrorCode::kBusy, error.message);
    default: return Fail(ErrorCode::kBadRequest, "template: " + error.message, "The template can't be read.");
  }
}

std::unique_ptr<job::Processor> MakeTemplateProcessor() { return std::make_unique<TemplateProcessor>(); }

void AddTemplateHost(CLI::App& program, int& status) {
  CLI::App* command = program.add_subcommand(kCommand)->group("");
  command->callback([&status] {
    cv::setNumThreads(0);  // the process that does the work is a fork, which has no other threads
    const auto processor = MakeTemplateProcessor();
    const Status result = sandbox::RunHost(*processor);
    status = result ? kAllDone : ReportError(result.error());
  });
}

}  // namespace removr::app
