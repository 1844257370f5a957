// removr serve: the HTTP server, its worker processes, and the sweep that removes what has expired.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/command.h"
#include "app/data_options.h"
#include "app/duration.h"
#include "app/engine_loading.h"
#include "app/machine.h"
#include "app/worker_processes.h"
#include "base/clock.h"
#include "base/log.h"
#include "service/api/api.h"
#include "service/http/server.h"
#include "service/job/queue.h"
#include "service/job/retention.h"
#include "service/job/submit.h"
#include "service/ledger/rules.h"
#include "service/store/blobs.h"
#include "service/store/database.h"

namespace removr::app {
namespace {

struct ServeOptions {
  DataOptions data;
  std::string listen = "127.0.0.1:8080";
  std::string models, public_url, web;
  std::vector<std::string> trusted_proxies;
  std::string keep = "24h";
  int workers = -1;
  int max_queue = 1000;
  std::int64_t signup_credits = 25;
};

constexpr auto kSweepEvery = std::chrono::seconds(60);
constexpr auto kTendEvery = std::chrono::milliseconds(200);
// More than a worker's own grace for the image in hand (WorkerSettings::stop_grace).
constexpr auto kWorkersStop = std::chrono::seconds(8);
// A worker keeps below this with photographs of 24 megapixels.
constexpr std::int64_t kWorkerBytes = 3 * 512 * kMiB;

int DefaultWorkers() {
  return static_cast<int>(std::clamp<std::int64_t>(AvailableMemory() / kWorkerBytes, 1, ProcessorCount()));
}

// Held for as long as the server lives; the kernel gives it up with the process, however that ends.
class DataLock {
 public:
  static Result<std::unique_ptr<DataLock>> Take(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::filesystem::path path = folder / "serve.lock";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return Fail(ErrorCode::kIo, fmt::format("cannot write in the data folder {}", folder.string()));
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      ::close(fd);
      return Fail(ErrorCode::kConflict, fmt::format("another server uses the data folder {}", folder.string()));
    }
    return std::unique_ptr<DataLock>(new DataLock(fd));
  }
  ~DataLock() { ::close(fd_); }
  DataLock(const DataLock&) = delete;
  DataLock& operator=(const DataLock&) = delete;

 private:
  explicit DataLock(int fd) : fd_(fd) {}
  const int fd_;
};

// The signals that the main thread waits for; blocked before any thread starts, so that all inherit it.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// While the server stops in order, Ctrl-C ends it at once.
void LetInterruptThrough() {
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  ::pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
}

void TendUntilStopped(WorkerProcesses& workers, const sigset_t& signals) {
  for (;;) {
    workers.Tend();
    const timespec wait{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(kTendEvery).count()};
    const int signal = ::sigtimedwait(&signals, nullptr, &wait);
    if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) return;
  }
}

void SweepUntilStopped(const std::stop_token& stop, store::Database& database, store::Blobs& blobs, const Clock& clock,
                       std::chrono::milliseconds every) {
  std::mutex mutex;
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    if (const auto swept = job::Sweep(database, blobs, clock); !swept) {
      log::Error("sweep: {}", swept.error().message);
    } else if (swept->expired_jobs > 0) {
      log::Info("sweep: the files of {} jobs have expired", swept->expired_jobs);
    }
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, every, [] { return false; });
  }
}

Status CheckModels(const std::string& models) {
  const std::filesystem::path folder = FindModels(models);
  std::error_code error;
  if (std::filesystem::exists(folder / "locate.onnx", error)) return {};
  return Fail(ErrorCode::kIo,
              fmt::format("no networks (locate.onnx) in {}; say where they are with --models", folder.string()));
}

// The web app's files: --web, else `../share/removr/web` beside the binary, else the source tree's; "" where it was not
// built.
std::string FindWebFolder(const std::string& option) {
  if (!option.empty()) return option;
  std::error_code error;
  const std::filesystem::path binary = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path folders[] = {binary.parent_path().parent_path() / "share" / "removr" / "web",
                                           REMOVR_SOURCE_WEB};
  for (const auto& folder : folders) {
    if (std::filesystem::exists(folder / "index.html", error)) return folder.string();
  }
  log::Warn("the web app was not built; serving the API alone");
  return "";
}

std::vector<std::string> WorkerArguments(const ServeOptions& options, int workers) {
  return {"worker",
          "--database",
          DatabaseUrl(options.data),
          "--storage",
          StorageUrl(options.data),
          "--models",
          FindModels(options.models).string(),
          "--threads",
          std::to_string(std::max(1, ProcessorCount() / std::max(1, workers)))};
}

Status Serve(const ServeOptions& options) {
  const sigset_t signals = BlockSignals();
  const int workers_count = options.workers >= 0 ? options.workers : DefaultWorkers();
  http::ServerOptions server_options;
  ASSIGN_OR_RETURN(server_options.listen, http::ParseEndpoint(options.listen));
  job::SubmitSettings submit_settings;
  submit_settings.queue_max_images = options.max_queue;
  ASSIGN_OR_RETURN(submit_settings.keep, ParseDuration(options.keep));
  if (workers_count > 0) TRY(CheckModels(options.models));

  const SystemClock clock;
  ASSIGN_OR_RETURN(const auto lock, DataLock::Take(options.data.data));
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kMake));
  ASSIGN_OR_RETURN(const auto blobs, store::OpenBlobs(StorageUrl(options.data)));
  job::Submitter submitter(*database, *blobs, clock, submit_settings);
  ASSIGN_OR_RETURN(const auto handler, api::Create({.public_url = options.public_url,
                                                    .trusted_proxies = options.trusted_proxies,
                                                    .web_folder = FindWebFolder(options.web),
                                                    .version = REMOVR_VERSION,
                                                    .signup_credits = options.signup_credits},
                                                   {*database, *blobs, submitter, clock}));

  WorkerProcesses workers(
      workers_count, WorkerArguments(options, workers_count), [&](const std::string& id, int wait_status) {
        const Status reported = database->Write([&](store::Transaction& transaction) {
          return job::ReportDeath(transaction, id, job::DeathFromWaitStatus(wait_status), clock.Now());
        });
        if (!reported) log::Error("worker {}: its end was not recorded: {}", id, reported.error().message);
      });
  ASSIGN_OR_RETURN(const auto server, http::Server::Start(server_options, *handler, clock));
  const std::jthread sweeper([&](const std::stop_token& stop) {
    SweepUntilStopped(stop, *database, *blobs, clock,
                      std::min<std::chrono::milliseconds>(kSweepEvery, submit_settings.keep));
  });
  log::Info("serving http://{}:{} from {} with {} workers", server_options.listen.address, server->Port(),
            options.data.data, workers_count);

  TendUntilStopped(workers, signals);
  log::Info("stopping");
  LetInterruptThrough();
  server->Stop();
  workers.Stop(kWorkersStop);
  log::Info("stopped");
  return {};
}

}  // namespace

void AddServe(CLI::App& program, int& status) {
  CLI::App* command =
      program.add_subcommand("serve", "Serve the HTTP API and the web app, with worker processes of its own.");
  const auto options = std::make_shared<ServeOptions>();
  command->add_option("--listen", options->listen, "Where to listen; port 0 lets the system choose")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  AddDataOption(*command, options->data);
  AddDatabaseOption(*command, options->data);
  AddStorageOption(*command, options->data);
  command
      ->add_option("--workers", options->workers,
                   "Worker processes; 0: all work elsewhere (default: as processors and memory allow)")
      ->type_name("N")
      ->check(CLI::Range(0, 256));
  command
      ->add_option("--public-url", options->public_url,
                   "What the URLs in answers begin with (default: the request's Host)")
      ->type_name("URL");
  command
      ->add_option("--trusted-proxy", options->trusted_proxies,
                   "Network whose X-Forwarded-* headers are believed; may be repeated")
      ->type_name("CIDR")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  command->add_option("--keep", options->keep, "How long originals and results are kept: 30m, 24h, 7d")
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_option("--max-queue", options->max_queue, "Images that may wait; beyond it submissions are answered 503")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--web", options->web, "Folder of the built web app (default: where it was installed)")
      ->type_name("DIR");
  // A setting of the site, for its configuration file; it stands in no help.
  command->add_option("--signup-credits", options->signup_credits)
      ->group("")
      ->check(CLI::Range(std::int64_t{0}, ledger::kCreditsMax));
  AddModelsOption(*command, options->models);
  command->footer(
      "Everything is under --data: the database removr.db and the folder files. Make an account and a key, while the\n"
      "server runs or before, with `removr account create EMAIL --credits N` and `removr key create EMAIL`.\n"
      "SIGTERM stops accepting, finishes what is in work or hands it back to the queue, and ends.");
  command->callback([options, &status] {
    const Status result = Serve(*options);
    status = result ? kAllDone : ReportError(result.error());
  });
}

}  // namespace removr::app
