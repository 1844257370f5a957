#include "app/engine_host.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <opencv2/core.hpp>

#include "app/command.h"
#include "app/data_options.h"
#include "app/engine_loading.h"
#include "app/engine_processor.h"
#include "engine/codec/encode.h"
#include "service/sandbox/host.h"

namespace removr::app {
namespace {

constexpr const char* kCommand = "engine-host";

// Runs each network once, so that what they allocate and compile on first use is there for every image.
Status WarmUp(job::Processor& processor) {
  constexpr int kTile = 512;
  image::Mask picture(kTile, kTile, std::uint8_t{0});
  picture(cv::Rect(200, 240, 96, 32)) = 255;
  ASSIGN_OR_RETURN(const auto png, codec::EncodeMaskPng(picture));
  TRY(processor.Process(
      {.bytes = png, .mask = {}, .owner_template = {}, .wishes = {.task = job::Task::kDetect, .choices = {}}}));
  TRY(processor.Process({.bytes = png, .mask = png, .owner_template = {}, .wishes = {}}));
  return {};
}

// One thread: threads do not survive the fork that each image begins with, and without them the engine needs no system
// call that makes one. The machine is filled by as many workers as it has processors.
Status Host(const std::string& models) {
  cv::setNumThreads(0);
  ASSIGN_OR_RETURN(auto engine, LoadEngine(models, 1));
  const auto processor = MakeEngineProcessor(std::move(engine), FindVersion(models));
  TRY(WarmUp(*processor));
  return sandbox::RunHost(*processor);
}

}  // namespace

std::vector<std::string> EngineHostArguments(const std::string& models) {
  return {kCommand, "--models", FindModels(models).string()};
}

void AddEngineHost(CLI::App& program, int& status) {
  CLI::App* command = program.add_subcommand(kCommand)->group("");
  const auto models = std::make_shared<std::string>();
  AddModelsOption(*command, *models);
  command->callback([models, &status] {
    const Status result = Host(*models);
    status = result ? kAllDone : ReportError(result.error());
  });
}

}  // namespace removr::app
