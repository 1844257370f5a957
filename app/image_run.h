// The run that clean and detect share: many inputs through the engine, progress, a report, a summary, an exit status.
#pragma once

#include <functional>
#include <string>

#include "app/batch.h"
#include "app/inputs.h"
#include "engine/engine.h"

namespace CLI {
class App;
}

namespace removr::app {

struct RunOptions {
  int jobs = 0;                  // images at one time; 0: as many as there are processors
  std::string models;            // --models
  std::filesystem::path report;  // --report; empty: none
  bool json = false;             // one JSON object per image on standard output, instead of text
};

// Adds --jobs and --models.
void AddRunOptions(CLI::App& command, RunOptions& options);

struct ImageRun {
  const FoundInputs& found;
  // Works on found.inputs[index], on several threads at one time. What needs no engine is answered before `engine` is
  // called, which loads the networks the first time.
  using LoadedEngine = std::function<Result<const engine::Engine*>()>;
  std::function<ImageResult(std::size_t index, const LoadedEngine& engine)> work;
  std::function<std::string(const ImageResult&)> text;  // of a result that did not fail; one line or more
};

// Returns the exit status. Stops early, and says so, on SIGINT, SIGTERM and a full disk; what was begun is finished.
int RunImages(const ImageRun& run, const RunOptions& options);

// Reads the file and calls the engine under the run's bound on memory, taking the time and the hash; `use` then gets
// the outcome to write what is wanted. A failure of any step becomes a kFailed result.
ImageResult ProcessFile(const std::filesystem::path& path, const ImageRun::LoadedEngine& engine,
                        const std::function<Result<engine::Outcome>(const engine::Engine&, const engine::Bytes&)>& call,
                        const std::function<Status(const engine::Outcome&, ImageResult&)>& use);

}  // namespace removr::app
