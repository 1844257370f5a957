// For tests: a service on a real database and real files in a folder of its own, with a clock that stands still and an
// engine whose answers the first letter of an image's content decides.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "service/job/jobs.h"
#include "service/job/queue.h"
#include "service/job/retention.h"
#include "service/job/stored.h"
#include "service/job/submit.h"
#include "service/job/worker.h"
#include "service/job/workers.h"
#include "service/ledger/ledger.h"
#include "service/store/blobs.h"
#include "service/store/database.h"
#include "service/store/random_id.h"
#include "service/store/test_database.h"

namespace removr::job {

inline std::vector<std::uint8_t> BytesOf(std::string_view text) { return {text.begin(), text.end()}; }

// In memory where the machine offers it: what these tests check does not depend on how long a disk takes to sync.
inline std::filesystem::path NewTestFolder() {
  const std::filesystem::path memory = "/dev/shm";
  const bool is_there = access(memory.c_str(), W_OK) == 0;
  return (is_there ? memory : std::filesystem::temp_directory_path()) / ("removr-job-" + store::RandomId());
}

// "clean...": delivered; "residual", "nothing": delivered and refunded; "broken": the image's fault; "crash", "slow": a
// try; "trouble": the surroundings' fault.
class LetterProcessor : public Processor {
 public:
  Result<ProcessedImage> Process(const Assignment& assignment) override {
    ++calls;
    const std::string_view text(reinterpret_cast<const char*>(assignment.bytes.data()), assignment.bytes.size());
    wishes.push_back(Spell(assignment.wishes));
    masks.emplace_back(assignment.mask.begin(), assignment.mask.end());
    templates.emplace_back(assignment.owner_template.begin(), assignment.owner_template.end());
    if (text.starts_with("broken")) return Fail(ErrorCode::kCorruptImage, "broken");
    if (text.starts_with("crash")) return Fail(ErrorCode::kEngineFailure, "crashed");
    if (text.starts_with("slow")) return Fail(ErrorCode::kTimeout, "slow");
    if (text.starts_with("trouble")) return Fail(ErrorCode::kIo, "trouble");
    ProcessedImage image;
    if (assignment.wishes.task == Task::kRemove) image.bytes = BytesOf("result of " + std::string(text));
    if (text.find("masked") != text.npos) image.mask_png = BytesOf("mask of " + std::string(text));
    image.receipt_json = R"({"engine":"letters"})";
    image.verdict = text.starts_with("residual")  ? Verdict::kResidual
                    : text.starts_with("nothing") ? Verdict::kNoOverlayFound
                                                  : Verdict::kClean;
    image.format = Format::kPng;
    image.width = 640;
    image.height = 480;
    image.changed_fraction = 0.125;
    image.findings_json = "[]";
    return image;
  }
  int calls = 0;
  std::vector<std::string> wishes, masks, templates;  // of each call
};

// What an owner's template begins with here.
inline constexpr std::string_view kOverlay = "overlay";

inline Status CheckLetters(std::span<const std::uint8_t> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.starts_with(kOverlay) ? Status() : Fail(ErrorCode::kBadRequest, "no overlay", "This is no overlay.");
}

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() : folder_(NewTestFolder()) {
    database_ = store::Database::Open({test_database_.Url()}).value();
    blobs_ = store::OpenBlobs("file:" + (folder_ / "files").string()).value();
    settings_.queue_max_images = 20;
    settings_.check_template = CheckLetters;
    OpenAccount("anna", 100);
    Beat();
  }
  ~ServiceTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  template <typename Work>
  auto Write(Work work) {
    return database_->Write(work);
  }
  Timestamp Now() const { return clock_.Now(); }

  void OpenAccount(const std::string& account, ledger::Credits credits) {
    EXPECT_TRUE(Write([&](store::Transaction& transaction) -> Status {
      TRY(ledger::OpenAccount(transaction, account));
      if (credits > 0) TRY(ledger::Grant(transaction, account, credits, "for " + account, "", Now()));
      return {};
    }));
  }
  void Beat() {
    EXPECT_TRUE(Write([&](store::Transaction& transaction) { return job::Beat(transaction, "w1", Now()); }));
  }
  ledger::Credits Balance(const std::string& account = "anna") {
    return Write([&](store::Transaction& transaction) { return ledger::Balance(transaction, account); }).value();
  }
  Submitter MakeSubmitter() { return Submitter(*database_, *blobs_, clock_, settings_); }

  static Status Send(Submission& submission, const std::vector<std::string>& images) {
    for (std::size_t i = 0; i < images.size(); ++i) {
      TRY(submission.BeginFile("photo " + std::to_string(i) + ".png"));
      TRY(submission.Append(BytesOf(images[i])));
      TRY(submission.EndFile());
    }
    return {};
  }
  Result<Accepted> Submit(const std::vector<std::string>& images, std::optional<std::string> key = {},
                          const std::string& account = "anna", const Wishes& wishes = {},
                          const std::vector<std::string>& masks = {}, const std::vector<std::string>& templates = {}) {
    auto submitter = MakeSubmitter();
    ASSIGN_OR_RETURN(const auto submission, submitter.Begin(account, std::move(key), wishes.task));
    TRY(Send(*submission, images));
    for (const std::string& mask : masks) {
      TRY(submission->BeginMask());
      TRY(submission->Append(BytesOf(mask)));
      TRY(submission->EndFile());
    }
    for (const std::string& overlay : templates) {
      TRY(submission->BeginTemplate());
      TRY(submission->Append(BytesOf(overlay)));
      TRY(submission->EndFile());
    }
    return submission->Finish(wishes.choices);
  }
  std::string SubmitJob(const std::vector<std::string>& images, const std::string& account = "anna") {
    const auto accepted = Submit(images, {}, account);
    EXPECT_TRUE(accepted) << accepted.error().message;
    return accepted ? accepted->job_id : "";
  }

  Result<JobView> Find(const std::string& job_id, const std::string& account = "anna") {
    return database_->Read(
        [&](store::Transaction& transaction) { return FindJob(transaction, account, job_id, Now()); });
  }
  Result<FileView> File(const std::string& job_id, const std::string& name, const std::string& account = "anna") {
    return database_->Read(
        [&](store::Transaction& transaction) { return FindFile(transaction, account, job_id, name, Now()); });
  }
  std::string Content(const std::string& blob) {
    const auto bytes = store::ReadAll(*blobs_, blob, 1 << 20);
    return bytes ? std::string(bytes->begin(), bytes->end()) : Name(bytes.error().code).data();
  }

  Result<std::optional<Claim>> TryClaim(const std::string& worker = "w1") {
    return Write([&](store::Transaction& transaction) {
      return ClaimNext(transaction, worker, std::chrono::seconds(30), Now());
    });
  }
  Claim MustClaim(const std::string& worker = "w1") {
    const auto claim = TryClaim(worker);
    EXPECT_TRUE(claim && *claim);
    return claim && *claim ? **claim : Claim();
  }
  bool IsQueueEmpty() { return !TryClaim().value(); }
  Status Start(const Lease& lease) {
    return Write([&](store::Transaction& transaction) { return MarkStarted(transaction, lease, Now()); });
  }
  Status Give(const Lease& lease, Event event, std::optional<ErrorCode> error = {}) {
    return Write([&](store::Transaction& transaction) { return GiveUp(transaction, lease, event, error, Now()); });
  }
  Status Done(const Lease& lease, Verdict verdict = Verdict::kClean) {
    ProcessedImage image;
    image.verdict = verdict;
    return Write([&](store::Transaction& transaction) {
      return Complete(transaction, lease, image, {"blob", "sha256", 1}, Now());
    });
  }
  Status Died(const std::string& worker, Death death) {
    return Write([&](store::Transaction& transaction) { return ReportDeath(transaction, worker, death, Now()); });
  }
  Worker MakeWorker() {
    WorkerSettings settings;
    settings.id = "w1";
    return Worker(*database_, *blobs_, clock_, processor_, settings);
  }
  // Until nothing is left that may be done now.
  void WorkAll() {
    auto worker = MakeWorker();
    for (int i = 0; i < 1000; ++i) {
      if (const auto worked = worker.RunOnce(); worked && !*worked) return;
    }
    ADD_FAILURE() << "the queue never empties";
  }
  Swept SweepNow() { return Sweep(*database_, *blobs_, clock_).value(); }

  int CountFiles() { return CountFiles(folder_ / "files"); }
  static int CountFiles(const std::filesystem::path& folder) {
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) files += entry.is_regular_file();
    return files;
  }
  std::int64_t Count(std::string_view from) {
    const std::string sql = "SELECT count(*) FROM " + std::string(from);
    return database_->Read([&](store::Transaction& transaction) { return transaction.QueryOne(sql); }).value()->Int(0);
  }
  std::int64_t StoredByAll() {
    return database_->Read([](store::Transaction& transaction) { return StoredBytes(transaction); }).value();
  }
  void ExpectSoundLedger() {
    const auto audit = database_->Read([](store::Transaction& transaction) { return ledger::AuditAll(transaction); });
    EXPECT_TRUE(audit && audit->Sound());
  }

  std::filesystem::path folder_;
  store::TestDatabase test_database_{folder_};
  ManualClock clock_{Timestamp{1'700'000'000'000}};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::Blobs> blobs_;
  SubmitSettings settings_;
  LetterProcessor processor_;
};

}  // namespace removr::job
