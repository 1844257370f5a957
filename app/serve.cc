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
#include <utility>
#include <vector>

#include "app/command.h"
#include "app/data_options.h"
#include "app/duration.h"
#include "app/engine_loading.h"
#include "app/machine.h"
#include "app/plans.h"
#include "app/settings.h"
#include "app/template_check.h"
#include "app/worker_processes.h"
#include "base/clock.h"
#include "base/log.h"
#include "service/account/plan.h"
#include "service/account/reset_mailer.h"
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
  std::string smtp_url, smtp_user, mail_from;  // the password is in the environment (settings.h)
  std::string models, public_url, web, tls_cert, tls_key, metrics_token;
  std::vector<std::string> trusted_proxies;
  std::string keep = "24h";
  int workers = -1;
  int max_queue = 1000;
  std::int64_t signup_credits = 25;
  int requests_per_minute = api::Rates().requests_per_minute;
  std::int64_t account_disk_mib = 64 * 1024;
};

constexpr auto kSweepEvery = std::chrono::seconds(60);
constexpr auto kLookForOrphansEvery = std::chrono::hours(1);
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

// SIGHUP has the certificate read again, as whoever renews it would have it; without one it stops, as a terminal that
// goes away would have it.
void TendUntilStopped(WorkerProcesses& workers, http::Server& server, bool has_tls, const sigset_t& signals) {
  for (;;) {
    workers.Tend();
    const timespec wait{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(kTendEvery).count()};
    const int signal = ::sigtimedwait(&signals, nullptr, &wait);
    if (signal == SIGINT || signal == SIGTERM || (signal == SIGHUP && !has_tls)) return;
    if (signal != SIGHUP) continue;
    if (const Status reloaded = server.ReloadTls(); reloaded) {
      log::Info("the certificate was read again");
    } else {
      log::Error("the certificate stays as it was: {}", reloaded.error().message);
    }
  }
}

void SweepUntilStopped(const std::stop_token& stop, store::Database& database, store::Blobs& blobs, const Clock& clock,
                       std::chrono::milliseconds every) {
  std::mutex mutex;
  std::condition_variable_any never;
  auto looked_at = clock.Monotonic() - kLookForOrphansEvery;
  while (!stop.stop_requested()) {
    const bool is_due = clock.Monotonic() - looked_at >= kLookForOrphansEvery;
    const auto swept = job::Sweep(database, blobs, clock, is_due ? job::Orphans::kLookFor : job::Orphans::kLeave);
    if (swept && is_due) looked_at = clock.Monotonic();
    if (!swept) {
      log::Error("sweep: {}", swept.error().message);
    } else if (swept->expired_jobs > 0) {
      log::Info("sweep: the files of {} jobs have expired", swept->expired_jobs);
    }
    if (const auto renewed = account::RenewAll(database, clock.Now()); !renewed) {
      log::Error("renewals: {}", renewed.error().message);
    } else if (*renewed > 0) {
      log::Info("the plans of {} accounts have renewed", *renewed);
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

api::Rates RatesOf(int requests_per_minute, const std::vector<account::Plan>& plans) {
  api::Rates rates{.requests_per_minute = requests_per_minute};
  for (const account::Plan& plan : plans) {
    if (plan.requests_per_minute) rates.by_plan[plan.name] = *plan.requests_per_minute;
  }
  return rates;
}

// Null where no mail is set up.
Result<std::unique_ptr<account::ResetMailer>> StartMailer(const ServeOptions& options, store::Database& database,
                                                          const Clock& clock) {
  if (options.smtp_url.empty()) return std::unique_ptr<account::ResetMailer>();
  if (options.public_url.empty()) {
    const std::string text = "smtp_url needs --public-url: links in mails begin with it";
    return Fail(ErrorCode::kBadRequest, text, text);
  }
  std::string site = options.public_url;
  while (site.ends_with('/')) site.pop_back();
  ASSIGN_OR_RETURN(account::MailSender sender,
                   account::MailSender::Create({.url = options.smtp_url,
                                                .user = options.smtp_user,
                                                .password = Environment("REMOVR_SMTP_PASSWORD"),
                                                .from = options.mail_from,
                                                .ca_file = Environment(kCaFileVariable)}));
  return std::make_unique<account::ResetMailer>(std::move(sender), std::move(site), database, clock);
}

std::vector<std::string> WorkerArguments(const ServeOptions& options) {
  return {"worker", "--storage", StorageUrl(options.data), "--models", FindModels(options.models).string()};
}

// Not among the arguments, which everybody on the machine may read: the URL may hold a password. No thread runs yet.
void GiveDatabaseToWorkers(const ServeOptions& options) {
  ::setenv(EnvironmentName("--database").c_str(), DatabaseUrl(options.data).c_str(), /*overwrite=*/1);
}

Status Serve(const ServeOptions& options) {
  const sigset_t signals = BlockSignals();
  const int workers_count = options.workers >= 0 ? options.workers : DefaultWorkers();
  http::ServerOptions server_options;
  ASSIGN_OR_RETURN(server_options.listen, http::ParseEndpoint(options.listen));
  if (!options.tls_cert.empty()) server_options.tls = {options.tls_cert, options.tls_key};
  job::SubmitSettings submit_settings;
  submit_settings.queue_max_images = options.max_queue;
  submit_settings.check_template = CheckTemplate;
  ASSIGN_OR_RETURN(submit_settings.keep, ParseDuration(options.keep));
  if (workers_count > 0) TRY(CheckModels(options.models));

  GiveDatabaseToWorkers(options);
  const SystemClock clock;
  ASSIGN_OR_RETURN(const auto lock, DataLock::Take(options.data.data));
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kMake));
  TRY(DefineConfiguredPlans(*database));
  ASSIGN_OR_RETURN(const auto plans, database->Read(account::ListPlans));
  ASSIGN_OR_RETURN(const auto blobs, OpenStorage(options.data));
  ASSIGN_OR_RETURN(const auto mailer, StartMailer(options, *database, clock));
  job::Submitter submitter(*database, *blobs, clock, submit_settings);
  ASSIGN_OR_RETURN(const auto handler, api::Create({.public_url = options.public_url,
                                                    .trusted_proxies = options.trusted_proxies,
                                                    .web_folder = FindWebFolder(options.web),
                                                    .version = REMOVR_VERSION,
                                                    .metrics_token = options.metrics_token,
                                                    .signup_credits = options.signup_credits,
                                                    .rates = RatesOf(options.requests_per_minute, plans),
                                                    .account_disk_bytes = options.account_disk_mib * kMiB},
                                                   {*database, *blobs, submitter, clock, mailer.get()}));

  WorkerProcesses workers(workers_count, WorkerArguments(options), [&](const std::string& id, int wait_status) {
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
  log::Info("serving {}://{}:{} from {} with {} workers", server_options.tls ? "https" : "http",
            server_options.listen.address, server->Port(), options.data.data, workers_count);

  TendUntilStopped(workers, *server, server_options.tls.has_value(), signals);
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
  CLI::Option* certificate =
      command->add_option("--tls-cert", options->tls_cert, "Serve https with this certificate and its chain (PEM)");
  CLI::Option* key = command->add_option("--tls-key", options->tls_key, "The certificate's key (PEM, no passphrase)");
  certificate->type_name("FILE")->needs(key);
  key->type_name("FILE")->needs(certificate);
  command->add_option("--keep", options->keep, "How long originals and results are kept: 30m, 24h, 7d")
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_option("--max-queue", options->max_queue, "Images that may wait; beyond it submissions are answered 503")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 10'000'000));
  command->add_option("--web", options->web, "Folder of the built web app (default: where it was installed)")
      ->type_name("DIR");
  // Settings of the site, for its configuration file; they stand in no help.
  const auto add_setting = [&](const char* name, auto& value, auto max) {
    command->add_option(name, value)->group("")->check(CLI::Range(decltype(max){0}, max));
  };
  for (const auto& [name, value] : {std::pair{"--metrics-token", &options->metrics_token},
                                    {"--smtp-url", &options->smtp_url},
                                    {"--smtp-user", &options->smtp_user},
                                    {"--mail-from", &options->mail_from}}) {
    command->add_option(name, *value)->group("");
  }
  add_setting("--signup-credits", options->signup_credits, ledger::kCreditsMax);
  add_setting("--requests-per-minute", options->requests_per_minute, 100'000'000);
  add_setting("--account-disk-mib", options->account_disk_mib, std::int64_t{1} << 40);
  AddModelsOption(*command, options->models);
  command->footer(
      "Everything is under --data: the database removr.db and the folder files, unless --database and --storage say\n"
      "otherwise. Make an account and a key, while the server runs or before, with\n"
      "`removr account create EMAIL --credits N` and `removr key create EMAIL`.\n"
      "SIGTERM stops accepting, finishes what is in work or hands it back to the queue, and ends. SIGHUP has the\n"
      "certificate read again.");
  command->callback([options, &status] {
    const Status result = Serve(*options);
    status = result ? kAllDone : ReportError(result.error());
  });
}

}  // namespace removr::app
