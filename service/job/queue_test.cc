#include "service/job/queue.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include "service/job/service_fixture.h"

namespace removr::job {
namespace {

using namespace std::chrono_literals;
using QueueTest = ServiceTest;

TEST_F(QueueTest, ClaimsInTheOrderOfSending) {
  const std::string job = SubmitJob({"a", "b"});
  const Claim first = MustClaim();
  EXPECT_EQ(first.lease.job_id, job);
  EXPECT_EQ(first.lease.index, 0);
  EXPECT_EQ(first.account_id, "anna");
  EXPECT_EQ(first.original_blob, job + "/0.original");
  EXPECT_EQ(first.original_bytes, 1);
  EXPECT_EQ(MustClaim().lease.index, 1);
  EXPECT_TRUE(IsQueueEmpty());
}

TEST_F(QueueTest, AccountsTakeTurns) {
  OpenAccount("ben", 5);
  SubmitJob({"a", "b", "c", "d"});
  EXPECT_EQ(MustClaim().account_id, "anna");
  clock_.Advance(1s);
  SubmitJob({"x", "y"}, "ben");
  std::string order;
  for (int i = 0; i < 5; ++i) order += MustClaim().account_id[0];
  EXPECT_EQ(order, "babaa");
}

// Three workers, always busy. Whenever bert sends an image, at most one of anna's many is begun before it.
TEST_F(QueueTest, AnAccountWithManyImagesDelaysAnothersByAtMostOne) {
  settings_.queue_max_images = 1000;
  OpenAccount("bert", 100);
  SubmitJob(std::vector<std::string>(50, "clean"));
  SubmitJob(std::vector<std::string>(50, "clean"));
  std::deque<Claim> in_hand;
  for (int i = 0; i < 3; ++i) in_hand.push_back(MustClaim());
  for (const int images_between : {0, 1, 2, 3, 5, 0, 0, 1}) {
    for (int i = 0; i <= images_between; ++i) {
      ASSERT_TRUE(Done(in_hand.front().lease));
      in_hand.pop_front();
      in_hand.push_back(MustClaim());
    }
    SubmitJob({"clean"}, "bert");
    int others_first = 0;
    do {
      ASSERT_TRUE(Done(in_hand.front().lease));
      in_hand.pop_front();
      in_hand.push_back(MustClaim());
      others_first += in_hand.back().account_id != "bert";
    } while (in_hand.back().account_id != "bert");
    EXPECT_LE(others_first, 1) << images_between;
  }
}

TEST_F(QueueTest, CompletesOnceAndFinishesTheJobWithItsLastImage) {
  const std::string job = SubmitJob({"a", "b"});
  const Claim first = MustClaim(), second = MustClaim();
  ASSERT_TRUE(Done(first.lease));
  EXPECT_EQ(Find(job)->completed, 1);
  EXPECT_EQ(Find(job)->state, JobState::kProcessing);
  EXPECT_EQ(Done(first.lease).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Give(first.lease, Event::kTry, ErrorCode::kTimeout).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(Done(second.lease));
  EXPECT_EQ(Find(job)->state, JobState::kDone);
  EXPECT_EQ(Balance(), 98);
}

TEST_F(QueueTest, RefundsWhatIsNotCleanAndWhatFailed) {
  struct Case {
    std::optional<Verdict> verdict;
    ledger::Credits balance;
  };
  for (const Case& c :
       {Case{Verdict::kClean, 99}, {Verdict::kResidual, 99}, {Verdict::kNoOverlayFound, 99}, {{}, 99}}) {
    const std::string job = SubmitJob({"a"});
    const Lease lease = MustClaim().lease;
    ASSERT_TRUE(c.verdict ? Done(lease, *c.verdict) : Give(lease, Event::kReject, ErrorCode::kCorruptImage));
    EXPECT_EQ(Balance(), c.balance) << "one was charged for clean, the others came back";
    EXPECT_EQ(Find(job)->images[0].credit_refunded, c.verdict != Verdict::kClean);
  }
  ExpectSoundLedger();
}

TEST_F(QueueTest, AnExpiredLeaseIsClaimedAgainAndTheOldOneIsWorthNothing) {
  SubmitJob({"a"});
  const Lease old = MustClaim("w1").lease;
  ASSERT_TRUE(Start(old));
  clock_.Advance(29s);
  EXPECT_TRUE(IsQueueEmpty());
  clock_.Advance(1s);
  const Lease fresh = MustClaim("w2").lease;
  EXPECT_GT(fresh.token, old.token);
  EXPECT_EQ(Done(old).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Start(old).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Give(old, Event::kReject, ErrorCode::kAnimated).error().code, ErrorCode::kConflict);
  Lease renewed = old;
  EXPECT_EQ(Write([&](auto& transaction) { return Renew(transaction, renewed, 30s, Now()); }).error().code,
            ErrorCode::kConflict);
  EXPECT_TRUE(Done(fresh));
}

TEST_F(QueueTest, ARenewedLeaseLasts) {
  SubmitJob({"a"});
  Lease lease = MustClaim().lease;
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(20s);
    ASSERT_TRUE(Write([&](auto& transaction) { return Renew(transaction, lease, 30s, Now()); }));
    EXPECT_EQ(lease.expires_at, Now() + 30s);
    EXPECT_TRUE(IsQueueEmpty());
  }
  EXPECT_TRUE(Done(lease));
}

TEST_F(QueueTest, AfterThreeTriesAnImageFailsAndIsRefundedOnce) {
  const std::string job = SubmitJob({"a"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Balance(), 99);
    ASSERT_TRUE(Give(MustClaim().lease, Event::kTry, ErrorCode::kTimeout));
  }
  EXPECT_TRUE(IsQueueEmpty());
  EXPECT_EQ(Balance(), 100);
  EXPECT_EQ(Find(job)->images.at(0).error, ErrorCode::kTimeout);
  EXPECT_EQ(Find(job)->state, JobState::kDone);
}

TEST_F(QueueTest, HandingBackCountsNothing) {
  SubmitJob({"a"});
  for (int i = 0; i < 50; ++i) {
    const Lease lease = MustClaim().lease;
    ASSERT_TRUE(Start(lease));
    ASSERT_TRUE(Give(lease, Event::kHandBack));
  }
  ASSERT_TRUE(Done(MustClaim().lease));
}

TEST_F(QueueTest, AWorkersDeathCountsAsWhatItWas) {
  struct Case {
    Death death;
    bool engine_started;
    int tries, losses;
  };
  const Case cases[] = {
      {Death::kStopped, true, 0, 0},  {Death::kStopped, false, 0, 0}, {Death::kCrashed, true, 1, 0},
      {Death::kCrashed, false, 0, 1}, {Death::kKilled, true, 0, 1},   {Death::kKilled, false, 0, 1},
  };
  for (const Case& c : cases) {
    const std::string job = SubmitJob({"a"});
    const Lease lease = MustClaim("doomed").lease;
    if (c.engine_started) {
      ASSERT_TRUE(Start(lease));
    }
    ASSERT_TRUE(Died("another", c.death));
    EXPECT_TRUE(IsQueueEmpty());
    for (int repeated = 0; repeated < 2; ++repeated) ASSERT_TRUE(Died("doomed", c.death));
    const std::string counts = "images WHERE job_id = '" + job + "' AND tries = " + std::to_string(c.tries) +
                               " AND losses = " + std::to_string(c.losses);
    EXPECT_EQ(Count(counts), 1) << static_cast<int>(c.death) << c.engine_started;
    ASSERT_TRUE(Done(MustClaim().lease));
  }
}

TEST_F(QueueTest, AnImageThatKillsItsWorkersFailsInTheEnd) {
  const std::string job = SubmitJob({"a"});
  for (int i = 0; i < kLossesMax; ++i) {
    clock_.Advance(1min);
    ASSERT_TRUE(Start(MustClaim("doomed").lease));
    ASSERT_TRUE(Died("doomed", Death::kKilled));
  }
  EXPECT_EQ(Find(job)->images.at(0).error, ErrorCode::kEngineFailure);
  EXPECT_EQ(Balance(), 100);
}

TEST_F(QueueTest, ALostImageWaitsALittleLongerEachTime) {
  SubmitJob({"a"});
  ASSERT_TRUE(Give(MustClaim().lease, Event::kLose));
  ASSERT_TRUE(Give(MustClaim().lease, Event::kLose));
  EXPECT_TRUE(IsQueueEmpty());
  clock_.Advance(1s);
  MustClaim();
}

TEST(Death, IsReadFromTheWaitStatus) {
  const auto status_of = [](auto end) {
    const pid_t child = fork();
    if (child == 0) {
      end();
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return DeathFromWaitStatus(status);
  };
  const auto by_signal = [&](int signal) {
    return status_of([&] {
      std::signal(signal, SIG_DFL);  // sanitizers have handlers of their own
      raise(signal);
    });
  };
  EXPECT_EQ(status_of([] {}), Death::kStopped);
  EXPECT_EQ(status_of([] { _exit(1); }), Death::kKilled);
  EXPECT_EQ(by_signal(SIGSEGV), Death::kCrashed);
  EXPECT_EQ(by_signal(SIGABRT), Death::kCrashed);
  EXPECT_EQ(by_signal(SIGKILL), Death::kKilled);
  EXPECT_EQ(by_signal(SIGTERM), Death::kStopped);
}

TEST_F(QueueTest, ManyWorkersClaimEachImageOnce) {
  settings_.queue_max_images = 100;
  SubmitJob(std::vector<std::string>(40, "a"));
  std::mutex mutex;
  std::multiset<int> claimed;
  std::vector<std::thread> workers;
  for (int w = 0; w < 4; ++w) {
    workers.emplace_back([&, w] {
      while (const auto claim = TryClaim("w" + std::to_string(w)).value()) {
        const std::lock_guard lock(mutex);
        claimed.insert(claim->lease.index);
      }
    });
  }
  for (auto& worker : workers) worker.join();
  EXPECT_EQ(claimed.size(), 40u);
  EXPECT_EQ(std::set<int>(claimed.begin(), claimed.end()).size(), 40u);
}

TEST_F(QueueTest, TwoProcessesClaimEachImageOnce) {
  SubmitJob(std::vector<std::string>(20, "a"));
  database_.reset();  // a connection does not survive a fork
  std::vector<pid_t> children;
  for (int p = 0; p < 2; ++p) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    database_ = store::Database::Open({test_database_.Url()}).value();
    for (bool more = true; more;) {
      const auto claim = TryClaim("p" + std::to_string(p)).value();
      if (claim && !Done(claim->lease)) _exit(1);
      more = claim.has_value();
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0) << "every claim was completed under its own lease";
  }
  database_ = store::Database::Open({test_database_.Url()}).value();
  EXPECT_EQ(Count("images WHERE state = 'done' AND lease_token = 1"), 20);
  EXPECT_EQ(Count("jobs WHERE state = 'done'"), 1);
}

TEST_F(QueueTest, HasWorkSeesWhatMayBeClaimed) {
  const auto has_work = [&] {
    return database_->Read([&](auto& transaction) { return HasWork(transaction, Now()); }).value();
  };
  EXPECT_FALSE(has_work());
  SubmitJob({"a"});
  EXPECT_TRUE(has_work());
  const Lease lease = MustClaim().lease;
  EXPECT_FALSE(has_work());
  clock_.Advance(30s);
  EXPECT_TRUE(has_work()) << "its lease has run out";
  EXPECT_TRUE(Done(lease)) << "but nobody has claimed it yet";
  EXPECT_FALSE(has_work());
}

}  // namespace
}  // namespace removr::job
