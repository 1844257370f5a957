// A property test: random submissions, failures, replays, retries, lost leases, failing storage and passing time, and
// after each step everything that must always hold. REMOVR_SOAK=1 runs many more.
#include <cstdlib>
#include <map>
#include <random>

#include "service/job/service_fixture.h"

namespace removr::job {
namespace {

using namespace std::chrono_literals;

// A storage that fails now and then, as a full disk or a lost mount does.
class FlakyBlobs final : public store::Blobs {
 public:
  FlakyBlobs(store::Blobs& real, std::mt19937& random) : real_(real), random_(random) {}
  int fails_of_100 = 0;

  Result<std::unique_ptr<store::BlobWriter>> Create(std::string_view name) override {
    TRY(MayFail());
    ASSIGN_OR_RETURN(auto writer, real_.Create(name));
    return std::unique_ptr<store::BlobWriter>(new Writer(*this, std::move(writer)));
  }
  Result<std::unique_ptr<store::BlobReader>> Open(std::string_view name) override {
    TRY(MayFail());
    return real_.Open(name);
  }
  Status Delete(std::string_view name) override {
    TRY(MayFail());
    return real_.Delete(name);
  }
  Status DeleteFolder(std::string_view folder) override {
    TRY(MayFail());
    return real_.DeleteFolder(folder);
  }
  Result<std::vector<std::string>> ListFolders(std::string_view after, int limit) override {
    return real_.ListFolders(after, limit);
  }
  Result<std::vector<store::BlobInfo>> List(std::string_view folder) override { return real_.List(folder); }
  Status SweepLeftovers() override { return real_.SweepLeftovers(); }

 private:
  class Writer final : public store::BlobWriter {
   public:
    Writer(FlakyBlobs& owner, std::unique_ptr<store::BlobWriter> real) : owner_(owner), real_(std::move(real)) {}
    Status Append(std::span<const std::uint8_t> bytes) override {
      TRY(owner_.MayFail());
      return real_->Append(bytes);
    }
    Status Commit() override {
      TRY(owner_.MayFail());
      return real_->Commit();
    }

   private:
    FlakyBlobs& owner_;
    std::unique_ptr<store::BlobWriter> real_;
  };

  Status MayFail() {
    if (static_cast<int>(random_() % 100) >= fails_of_100) return {};
    return Fail(random_() % 2 ? ErrorCode::kStorageFull : ErrorCode::kIo, "flaky");
  }

  store::Blobs& real_;
  std::mt19937& random_;
};

class RandomTest : public ServiceTest, public testing::WithParamInterface<int> {
 protected:
  RandomTest() : random_(static_cast<unsigned>(GetParam())), flaky_(*blobs_, random_) {
    OpenAccount("ben", 30);
    granted_ = {{"anna", 100}, {"ben", 30}};
    settings_.queue_max_images = 15;
    submitter_ = std::make_unique<Submitter>(*database_, flaky_, clock_, settings_);
  }

  int Pick(int count) { return static_cast<int>(random_() % static_cast<unsigned>(count)); }
  std::string PickAccount() { return Pick(2) ? "anna" : "ben"; }

  struct Request {
    std::string account;
    std::optional<std::string> key;
    std::vector<std::string> images;
  };
  Request PickRequest() {
    if (!requests_.empty() && Pick(3) == 0)
      return requests_[static_cast<std::size_t>(Pick(static_cast<int>(requests_.size())))];
    Request request{PickAccount(), {}, {}};
    if (Pick(3)) request.key = "key" + std::to_string(Pick(6));
    const char* contents[] = {"clean", "residual", "nothing", "broken", "crash", "slow", "trouble"};
    for (int i = Pick(4); i >= 0; --i) request.images.push_back(contents[Pick(7)]);
    requests_.push_back(request);
    return request;
  }

  void SubmitSomething() {
    flaky_.fails_of_100 = Pick(4) ? 0 : 20;
    const Request request = PickRequest();
    auto submission = submitter_->Begin(request.account, request.key);
    if (!submission) return;
    const Status sent = Send(**submission, request.images);
    if (Pick(10) == 0) {
      sleepers_.push_back(std::move(*submission));  // a server that died: its claim stays until the lease runs out
      return;
    }
    if (!sent || Pick(10) == 0) return;  // the client went away
    Conclude(request, (*submission)->Finish({}));
  }

  void Conclude(const Request& request, const Result<Accepted>& accepted) {
    if (!accepted) return;
    const auto known = accepted_.find(accepted->job_id);
    if (accepted->replayed) {
      ASSERT_NE(known, accepted_.end()) << "a replay of nothing";
      EXPECT_EQ(known->second.images, request.images);
      EXPECT_EQ(known->second.account, request.account);
      EXPECT_EQ(known->second.key, request.key);
      EXPECT_EQ(accepted->charged, 0);
    } else {
      EXPECT_EQ(known, accepted_.end());
      EXPECT_EQ(accepted->charged, static_cast<int>(request.images.size()));
      accepted_[accepted->job_id] = request;
    }
  }

  void WakeASleeper() {
    if (sleepers_.empty()) return;
    const auto accepted = sleepers_.back()->Finish({});
    // Whose it was is in the database alone; take it from there.
    if (accepted && !accepted->replayed) accepted_[accepted->job_id] = RequestOf(accepted->job_id);
    sleepers_.pop_back();
  }
  Request RequestOf(const std::string& job_id) {
    const auto read = [&](store::Transaction& transaction) -> Result<Request> {
      ASSIGN_OR_RETURN(const auto job, transaction.QueryOne("SELECT account_id FROM jobs WHERE id = :id", {job_id}));
      ASSIGN_OR_RETURN(
          const auto key,
          transaction.QueryOne("SELECT idempotency_key FROM idempotency_keys WHERE job_id = :id", {job_id}));
      ASSIGN_OR_RETURN(
          const auto images,
          transaction.Query("SELECT original_blob FROM images WHERE job_id = :id ORDER BY image_index", {job_id}));
      Request request{job->Text(0), {}, {}};
      if (key) request.key = key->Text(0);
      for (const auto& image : images) request.images.push_back(Content(image.Text(0)));
      return request;
    };
    return database_->Read(read).value();
  }

  void WorkSomething() {
    flaky_.fails_of_100 = Pick(4) ? 0 : 20;
    WorkerSettings settings;
    settings.id = "worker";
    (void)Worker(*database_, flaky_, clock_, processor_, settings).RunOnce();
  }

  // A worker by hand, which may die at any point and come back at any time.
  void ClaimSomething() {
    const std::string worker = "w" + std::to_string(Pick(3));
    const auto claim = TryClaim(worker).value();
    if (!claim) return;
    leases_.push_back(claim->lease);
    if (Pick(2)) (void)Start(claim->lease);
  }
  void ActUnderALease() {
    if (leases_.empty()) return;
    const Lease lease = leases_[static_cast<std::size_t>(Pick(static_cast<int>(leases_.size())))];
    const bool is_newest = Count("images WHERE state = 'working' AND job_id = '" + lease.job_id +
                                 "' AND image_index = " + std::to_string(lease.index) +
                                 " AND lease_token = " + std::to_string(lease.token)) == 1;
    const Event events[] = {Event::kReject, Event::kTry, Event::kLose, Event::kHandBack};
    const Event event = events[Pick(4)];
    const auto error = event == Event::kReject ? ErrorCode::kAnimated : ErrorCode::kTimeout;
    const Status acted = Pick(2) ? Give(lease, event, error) : Done(lease, static_cast<Verdict>(Pick(3)));
    EXPECT_EQ(acted.has_value(), is_newest);
    if (!acted) {
      EXPECT_EQ(acted.error().code, ErrorCode::kConflict);
    }
  }
  void KillSomeone() { ASSERT_TRUE(Died("w" + std::to_string(Pick(3)), static_cast<Death>(Pick(3)))); }

  void PassTime() {
    const std::chrono::milliseconds spans[] = {100ms, 5s, 20s, 61s, 10min, 13h};
    clock_.Advance(spans[Pick(6)]);
    if (Pick(3)) Beat();
  }
  void SweepFlaky() {
    flaky_.fails_of_100 = Pick(3) ? 0 : 10;
    (void)Sweep(*database_, flaky_, clock_);
  }

  void Step() {
    switch (Pick(10)) {
      case 0:
      case 1:
      case 2: return SubmitSomething();
      case 3:
      case 4: return WorkSomething();
      case 5: return ClaimSomething();
      case 6: return ActUnderALease();
      case 7: return PassTime();
      case 8: return Pick(2) ? KillSomeone() : WakeASleeper();
      default: return SweepFlaky();
    }
  }

  std::int64_t BytesOfFiles() {
    const auto read = [](store::Transaction& transaction) {
      return transaction.QueryOne(
          "SELECT sum(original_bytes + coalesce(result_bytes, 0) + coalesce(result_mask_bytes, 0)) FROM images "
          "JOIN jobs ON jobs.id = job_id WHERE files_deleted_ms IS NULL");
    };
    return database_->Read(read).value()->Int(0);
  }

  // What must hold after each step.
  void CheckInvariants() {
    ExpectSoundLedger();
    std::map<std::string, ledger::Credits> expected = granted_;
    EXPECT_EQ(Count("jobs"), static_cast<std::int64_t>(accepted_.size())) << "a job for each 202 and none besides";
    for (const auto& [job_id, request] : accepted_) {
      const auto job = Find(job_id, request.account);
      ASSERT_TRUE(job);
      EXPECT_EQ(job->total, static_cast<int>(request.images.size()));
      EXPECT_EQ(job->completed, static_cast<int>(job->images.size()));
      EXPECT_EQ(job->state == JobState::kDone, job->completed == job->total);
      expected[request.account] -= job->total;
      for (const ImageView& image : job->images) {
        EXPECT_EQ(image.credit_refunded, !image.ok || image.verdict != Verdict::kClean);
        expected[request.account] += image.credit_refunded;
      }
    }
    for (const auto& [account, balance] : expected) EXPECT_EQ(Balance(account), balance) << account;
    EXPECT_EQ(StoredByAll(), BytesOfFiles()) << "a sum that is kept, and the walk that it stands for";
    EXPECT_EQ(Count("ledger_entries WHERE reason = 'refund'"), Count("images WHERE credit_refunded = 1"));
  }

  void BringToAnEnd() {
    sleepers_.clear();
    flaky_.fails_of_100 = 0;
    for (int i = 0; i < 20; ++i) {
      clock_.Advance(70s);
      WorkAll();
    }
    EXPECT_EQ(Count("images WHERE state IN ('waiting', 'working')"), 0);
    CheckInvariants();
    clock_.Advance(25h);
    SweepNow();
    CheckInvariants();
    EXPECT_EQ(CountFiles(), 0);
    EXPECT_EQ(Count("uploads") + Count("idempotency_keys"), 0);
  }

  std::mt19937 random_;
  FlakyBlobs flaky_;
  std::unique_ptr<Submitter> submitter_;
  std::vector<Request> requests_;
  std::vector<std::unique_ptr<Submission>> sleepers_;
  std::vector<Lease> leases_;
  std::map<std::string, ledger::Credits> granted_;
  std::map<std::string, Request> accepted_;
};

TEST_P(RandomTest, TheBooksAreRightAfterEveryStep) {
  for (int step = 0; step < 150 && !HasFailure(); ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    Step();
    CheckInvariants();
  }
  BringToAnEnd();
  EXPECT_GT(accepted_.size(), 3u) << "the run did little";
}

// On PostgreSQL, where a step takes its trips to the server, fewer.
int Seeds() {
  const bool soak = std::getenv("REMOVR_SOAK") != nullptr;
  if (store::TestDatabase::IsPostgres()) return soak ? 20 : 2;
  return soak ? 1000 : 8;
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomTest, testing::Range(0, Seeds()));

}  // namespace
}  // namespace removr::job
