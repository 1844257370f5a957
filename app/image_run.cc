#include "app/image_run.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <fstream>
#include <mutex>
#include <utility>

#include "app/command.h"
#include "app/engine_loading.h"
#include "app/files.h"
#include "app/machine.h"
#include "app/progress.h"
#include "app/report.h"
#include "base/probe.h"

namespace removr::app {
namespace {

using Seconds = std::chrono::duration<double>;

// On a terminal more results than these would only scroll by: the bar and the summary tell.
constexpr std::size_t kLinesOnTerminal = 20;

// What an image needs while it is in work, generously: 24 megapixels of 8-bit colour on which nothing was found were
// measured at 7 bytes a pixel; 16 bits, alpha and a large overlay multiply that.
constexpr std::int64_t kBytesPerImage = 64 * kMiB;
constexpr std::int64_t kBytesPerPixel = 32;

std::int64_t NeededMemory(std::span<const std::uint8_t> bytes) {
  const auto probe = ProbeImage(bytes);
  if (!probe) return static_cast<std::int64_t>(bytes.size());
  const std::int64_t pixels = std::min(std::int64_t{probe->width} * probe->height, Limits().pixels_max);
  return kBytesPerImage + kBytesPerPixel * pixels + static_cast<std::int64_t>(bytes.size());
}

MemoryBudget& RunMemory() {
  static MemoryBudget budget(AvailableMemory() / 10 * 7);
  return budget;
}

// Loads once, on the first call; a failure is kept as well. Thread-safe.
class LazyEngine {
 public:
  LazyEngine(std::string models, int threads) : models_(std::move(models)), threads_(threads) {}
  Result<const engine::Engine*> Get() {
    std::call_once(once_, [&] {
      engine_ = LoadEngine(models_, threads_);
      version_ = FindVersion(models_);
      failed_ = !engine_;
    });
    if (!engine_) return tl::unexpected(engine_.error());
    return engine_->get();
  }
  // The networks could not be loaded: no image can be worked on.
  bool failed() const { return failed_; }
  // What Get has loaded; empty before.
  const EngineVersion& version() const { return version_; }

 private:
  const std::string models_;
  const int threads_;
  std::once_flag once_;
  Result<std::unique_ptr<engine::Engine>> engine_;
  EngineVersion version_;
  std::atomic<bool> failed_{false};
};

// --report: a line per image, whole lines at any moment.
class ReportFile {
 public:
  static Result<ReportFile> Open(const std::filesystem::path& path) {
    ReportFile report;
    if (path.empty()) return report;
    if (const auto head = ReadWhole(path); head && SniffFormat(*head)) {
      return Fail(ErrorCode::kBadRequest, PrintablePath(path) + " is an image; --report would write over it");
    }
    report.file_.open(path, std::ios::trunc);
    if (!report.file_) return Fail(ErrorCode::kIo, "cannot write the report " + PrintablePath(path));
    return report;
  }
  void Add(const ImageResult& result, const EngineVersion& version) {
    if (file_.is_open()) file_ << ReportJson(result, version) << std::endl;
  }
  bool ok() const { return !file_.is_open() || file_.good(); }

 private:
  std::ofstream file_;
};

// Of what is wrong with an image the public text says enough; of what is wrong here, this user is the operator.
std::string FailureLine(const ImageResult& result) {
  const Error& error = *result.error;
  const bool ours = error.code == ErrorCode::kInternal || error.code == ErrorCode::kIo ||
                    error.code == ErrorCode::kEngineFailure || error.code == ErrorCode::kStorageFull;
  const std::string text = ours && !error.message.empty() ? error.message : std::string(error.Public());
  return fmt::format("removr: {}: {} ({})", PrintablePath(result.path), text, Name(error.code));
}

std::string Summary(const Counts& counts, Seconds elapsed) {
  std::string line = fmt::format("{} {}:", counts.total(), counts.total() == 1 ? "image" : "images");
  const auto part = [&](int count, const char* what) {
    if (count > 0) line += fmt::format("{} {} {}", line.back() == ':' ? "" : ",", count, what);
  };
  part(counts.clean, "clean");
  part(counts.residual, "with something left");
  part(counts.no_overlay_found, "with no overlay found");
  part(counts.skipped, "skipped (there already)");
  part(counts.failed, "failed");
  return line + fmt::format(", in {:.1f} s", elapsed.count());
}

void PrintProblems(const FoundInputs& found) {
  for (const InputProblem& problem : found.problems) fmt::print(stderr, "removr: {}\n", problem.error.message);
  if (found.earlier_results > 0) {
    fmt::print(stderr, "removr: passed over {} earlier {} (*-clean.*, *-mask.png)\n", found.earlier_results,
               found.earlier_results == 1 ? "result" : "results");
  }
  if (found.inputs.empty() && found.problems.empty()) fmt::print(stderr, "removr: no images found\n");
}

}  // namespace

void AddRunOptions(CLI::App& command, RunOptions& options) {
  command
      .add_option("--jobs", options.jobs, "Images worked on at one time (default: one per processor, as memory allows)")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  AddModelsOption(command, options.models);
}

ImageResult ProcessFile(const std::filesystem::path& path, const ImageRun::LoadedEngine& engine,
                        const std::function<Result<engine::Outcome>(const engine::Engine&, const engine::Bytes&)>& call,
                        const std::function<Status(const engine::Outcome&, ImageResult&)>& use) {
  ImageResult result;
  result.path = path;
  const auto start = std::chrono::steady_clock::now();
  const auto run = [&]() -> Status {
    ASSIGN_OR_RETURN(const engine::Bytes bytes, ReadWhole(path));
    result.sha256_in = Sha256Hex(bytes);
    ASSIGN_OR_RETURN(const engine::Engine* const loaded, engine());
    const MemoryBudget::Share share(RunMemory(), NeededMemory(bytes));
    ASSIGN_OR_RETURN(engine::Outcome outcome, call(*loaded, bytes));
    TRY(use(outcome, result));
    result.report = std::move(outcome.report);
    for (image::Finding& finding : result.report.findings) finding.region.release();
    return {};
  };
  try {
    if (Status status = run(); status) {
      result.state = ImageResult::State::kDone;
    } else {
      result.error = std::move(status).error();
    }
  } catch (const std::exception& exception) {  // want of memory: this image fails, the others go on
    result.error = Error{ErrorCode::kEngineFailure, exception.what(), {}};
  }
  result.seconds = Seconds(std::chrono::steady_clock::now() - start).count();
  return result;
}

int RunImages(const ImageRun& run, const RunOptions& options) {
  auto report = ReportFile::Open(options.report);
  if (!report) {
    fmt::print(stderr, "removr: {}\n", report.error().message);
    return kWrongUse;
  }
  PrintProblems(run.found);

  const std::size_t count = run.found.inputs.size();
  const int most = options.jobs > 0 ? options.jobs : ProcessorCount();
  const int jobs = static_cast<int>(std::clamp<std::size_t>(count, 1, static_cast<std::size_t>(most)));
  LazyEngine engine(options.models, std::max(1, ProcessorCount() / jobs));
  std::atomic<bool> disk_full{false};  // then, as without networks, no image after this one can do better
  Counts counts;
  ProgressBar bar(count);
  const bool lines = !bar.shown() || count <= kLinesOnTerminal;
  const auto start = std::chrono::steady_clock::now();
  const StopRequest stop_request;

  BatchCallbacks callbacks;
  callbacks.work = [&](std::size_t index) {
    ImageResult result = run.work(index, [&] { return engine.Get(); });
    if (result.error && result.error->code == ErrorCode::kStorageFull) disk_full = true;
    return result;
  };
  callbacks.on_finished = [&](const ImageResult& result) { Add(counts, result); };
  callbacks.on_next = [&](const ImageResult& result) {
    report->Add(result, engine.version());
    if (result.state == ImageResult::State::kFailed) bar.Print(stderr, FailureLine(result));
    if (options.json) {
      bar.Print(stdout, ReportJson(result, engine.version()));
    } else if (lines && result.state != ImageResult::State::kFailed) {
      bar.Print(stdout, run.text(result));
    }
  };
  callbacks.on_tick = [&] { bar.Draw(counts); };
  callbacks.stop = [&] { return StopRequest::Made() || disk_full || engine.failed(); };
  const bool all_begun = RunBatch(count, jobs, callbacks);

  std::FILE* const summary_stream = options.json ? stderr : stdout;
  if (count > 0) bar.Print(summary_stream, Summary(counts, std::chrono::steady_clock::now() - start));
  if (!all_begun || disk_full) {
    fmt::print(stderr, "removr: {}; every file written is whole, and the same command goes on from here\n",
               disk_full ? "no space is left" : "stopped early");
  }
  if (!report->ok())
    fmt::print(stderr, "removr: the report {} could not be written in full\n", PrintablePath(options.report));
  if (StopRequest::Made() && !all_begun) return kInterrupted;
  return counts.failed == 0 && run.found.problems.empty() && all_begun && report->ok() ? kAllDone : kSomeFailed;
}

}  // namespace removr::app
