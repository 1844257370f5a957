// removr worker: a process that works off a server's queue.
#include "service/job/worker.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/command.h"
#include "app/data_options.h"
#include "app/engine_loading.h"
#include "app/engine_host.h"
#include "app/machine.h"
#include "base/clock.h"
#include "base/log.h"
#include "service/sandbox/sandbox.h"
#include "service/store/blobs.h"
#include "service/store/database.h"
#include "service/store/random_id.h"

namespace removr::app {
namespace {

struct WorkerOptions {
  DataOptions data;
  std::string models;
  std::string id;  // given by a supervising server, so that it can say which worker died
};

Status Work(const WorkerOptions& options) {
  const StopRequest stop_request;
  const SystemClock clock;
  ASSIGN_OR_RETURN(const auto sandbox,
                   sandbox::Sandbox::Create({.host_arguments = EngineHostArguments(options.models)}));
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  ASSIGN_OR_RETURN(const auto blobs, OpenStorage(options.data));
  job::WorkerSettings settings;
  settings.id = options.id.empty() ? store::RandomId() : options.id;
  log::Info("worker {} is ready", settings.id);
  job::Worker(*database, *blobs, clock, *sandbox, settings).Run(StopRequest::Made());
  log::Info("worker {} stops", settings.id);
  return {};
}

}  // namespace

void AddWorker(CLI::App& program, int& status) {
  CLI::App* command = program.add_subcommand("worker", "Work off the queue of a server elsewhere.");
  const auto options = std::make_shared<WorkerOptions>();
  AddDatabaseOption(*command, options->data);
  AddStorageOption(*command, options->data);
  command->get_option("--database")
      ->required()
      ->description("The server's database, sqlite:PATH or postgresql://USER@HOST/DATABASE");
  command->get_option("--storage")
      ->required()
      ->description("The server's storage, file:PATH or s3://BUCKET/PREFIX?endpoint=URL&region=NAME");
  AddModelsOption(*command, options->models);
  command->add_option("--worker-id", options->id)->group("");  // hidden: for the supervisor
  command->footer("SIGTERM finishes the image in work, or hands it back where that takes longer than a few seconds.");
  command->callback([options, &status] {
    const Status result = Work(*options);
    status = result ? kAllDone : ReportError(result.error());
  });
}

}  // namespace removr::app
