// queue: images a second that a database takes in, and then gives out and takes back as done, with an engine that takes
// no time: an upper bound for all workers together. Each worker and the one who submits have connections of their
// own, as processes have.
//
//   queue --database sqlite:/tmp/queue/removr.db --database postgresql://removr@db/empty
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "service/job/submit.h"
#include "service/job/worker.h"
#include "service/job/workers.h"
#include "service/ledger/ledger.h"
#include "service/store/blobs.h"
#include "service/store/random_id.h"

namespace removr::bench {
namespace {

using store::Transaction;

struct Flags {
  std::vector<std::string> databases;
  int images = 1000;
  int images_per_job = 10;
  std::vector<int> workers = {1, 4, 16};
};

class InstantProcessor : public job::Processor {
 public:
  Result<job::ProcessedImage> Process(const job::Assignment& assignment) override {
    job::ProcessedImage image;
    image.bytes.assign(assignment.bytes.begin(), assignment.bytes.end());
    return image;
  }
};

Status Submit(job::Submitter& submitter, const std::string& account, int images) {
  ASSIGN_OR_RETURN(const auto submission, submitter.Begin(account, {}));
  const std::vector<std::uint8_t> bytes(100);
  for (int i = 0; i < images; ++i) {
    TRY(submission->BeginFile("photo.jpg"));
    TRY(submission->Append(bytes));
    TRY(submission->EndFile());
  }
  TRY(submission->Finish({}));
  return {};
}

// Until nothing is left.
void Work(const std::string& url, store::Blobs& blobs, std::atomic<int>& done, std::atomic<int>& errors) {
  const SystemClock clock;
  const auto database = store::Database::Open({.url = url}).value();
  InstantProcessor processor;
  job::WorkerSettings settings;
  settings.id = store::RandomId();
  job::Worker worker(*database, blobs, clock, processor, settings);
  for (bool more = true; more;) {
    const auto worked = worker.RunOnce();
    errors += !worked;
    more = !worked || *worked;
    done += worked && *worked;
  }
}

// Images a second.
struct Rates {
  double submitted = 0, worked = 0;
  int errors = 0;
};

Result<Rates> Measure(const Flags& flags, const std::string& url, int workers) {
  const std::filesystem::path folder = std::filesystem::path("/dev/shm") / ("removr-queue-" + store::RandomId());
  const SystemClock clock;
  ASSIGN_OR_RETURN(const auto database, store::Database::Open({.url = url}));
  ASSIGN_OR_RETURN(const auto blobs, store::OpenBlobs("file:" + folder.string()));
  const std::string account = store::RandomId();
  const auto open_account = [&](Transaction& transaction) -> Status {
    TRY(ledger::OpenAccount(transaction, account));
    TRY(ledger::Grant(transaction, account, flags.images, account, "", clock.Now()));
    return job::Beat(transaction, "bench", clock.Now());
  };
  TRY(database->Write(open_account));
  job::SubmitSettings settings;
  settings.queue_max_images = flags.images;
  job::Submitter submitter(*database, *blobs, clock, settings);

  const auto seconds_of = [&](const auto& work) {
    const auto begin = clock.Monotonic();
    work();
    return std::chrono::duration<double>(clock.Monotonic() - begin).count();
  };
  Status submitted;
  const double submitting = seconds_of([&] {
    for (int sent = 0; submitted && sent < flags.images; sent += flags.images_per_job) {
      submitted = Submit(submitter, account, flags.images_per_job);
    }
  });
  TRY(submitted);
  std::atomic<int> done = 0, errors = 0;
  const double working = seconds_of([&] {
    std::vector<std::jthread> threads;
    for (int i = 0; i < workers; ++i) threads.emplace_back([&] { Work(url, *blobs, done, errors); });
  });
  std::filesystem::remove_all(folder);
  return Rates{flags.images / submitting, done / working, errors};
}

int Run(const Flags& flags) {
  fmt::print("| database | workers | submitted/s | worked on/s | errors |\n|---|---|---|---|---|\n");
  for (const std::string& url : flags.databases) {
    for (const int workers : flags.workers) {
      const auto rates = Measure(flags, url, workers);
      if (!rates) {
        fmt::print(stderr, "{}\n", rates.error().message);
        return 1;
      }
      fmt::print("| {} | {} | {:.0f} | {:.0f} | {} |\n", url.substr(0, url.find(':')), workers, rates->submitted,
                 rates->worked, rates->errors);
    }
  }
  return 0;
}

}  // namespace
}  // namespace removr::bench

int main(int argc, char** argv) {
  removr::bench::Flags flags;
  CLI::App program("Images a second that a database lets through.");
  program.add_option("--database", flags.databases, "Databases of removr's, or empty ones")->required();
  program.add_option("--images", flags.images)->capture_default_str();
  program.add_option("--images-per-job", flags.images_per_job)->capture_default_str();
  program.add_option("--workers", flags.workers)->capture_default_str();
  CLI11_PARSE(program, argc, argv);
  return removr::bench::Run(flags);
}
