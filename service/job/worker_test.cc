#include "service/job/worker.h"

#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "service/job/service_fixture.h"
#include "service/store/s3_blobs.h"
#include "service/store/s3_test_server.h"

namespace removr::job {
namespace {

using namespace std::chrono_literals;
using WorkerTest = ServiceTest;

TEST_F(WorkerTest, EachImageComesToItsEnd) {
  const std::string job = SubmitJob({"clean a", "residual b", "nothing c", "broken d", "crash e", "slow f"});
  WorkAll();
  const auto view = Find(job).value();
  EXPECT_EQ(view.state, JobState::kDone);
  struct Case {
    bool ok;
    std::optional<ErrorCode> error;
    bool refunded;
  };
  const Case cases[] = {{true, {}, false},
                        {true, {}, true},
                        {true, {}, true},
                        {false, ErrorCode::kCorruptImage, true},
                        {false, ErrorCode::kEngineFailure, true},
                        {false, ErrorCode::kTimeout, true}};
  ASSERT_EQ(view.images.size(), std::size(cases));
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(view.images[i].ok, cases[i].ok) << i;
    EXPECT_EQ(view.images[i].error, cases[i].error) << i;
    EXPECT_EQ(view.images[i].credit_refunded, cases[i].refunded) << i;
  }
  EXPECT_EQ(processor_.calls, 4 + 3 + 3) << "crash and slow are tried three times";
  EXPECT_EQ(Balance(), 99);
  ExpectSoundLedger();
  EXPECT_EQ(CountFiles(), 6 + 3);
}

TEST_F(WorkerTest, TroubleOfTheSurroundingsIsWaitedOut) {
  const std::string job = SubmitJob({"clean a"});
  std::filesystem::rename(folder_ / "files" / job, folder_ / "files" / "elsewhere");
  auto worker = MakeWorker();
  EXPECT_FALSE(worker.RunOnce()) << "Run logs it and waits";
  EXPECT_EQ(processor_.calls, 0);
  std::filesystem::rename(folder_ / "files" / "elsewhere", folder_ / "files" / job);
  WorkAll();
  EXPECT_TRUE(Find(job)->images.at(0).ok);
}

TEST_F(WorkerTest, AStorageThatIsAwayIsWaitedOutHoweverLong) {
  if (!store::S3TestServer::IsInstalled()) GTEST_SKIP() << store::S3TestServer::kBinary << " is missing";
  store::S3TestServer server;
  blobs_ = store::OpenS3Blobs(server.Url("removr"), {.s3 = server.credentials(), .spool_folder = folder_},
                              {.first_wait = 1ms})
               .value();
  const std::string job = SubmitJob({"clean a"});
  server.Kill();
  auto worker = MakeWorker();
  for (int i = 0; i < 2 * kLossesMax; ++i) EXPECT_EQ(worker.RunOnce().error().code, ErrorCode::kBusy);
  EXPECT_EQ(Submit({"clean b"}).error().code, ErrorCode::kBusy);
  EXPECT_EQ(Balance(), 99);
  server.Start();
  WorkAll();
  EXPECT_TRUE(Find(job)->images.at(0).ok);
  EXPECT_EQ(Balance(), 99);
  ExpectSoundLedger();
}

TEST_F(WorkerTest, TroubleWithoutEndIsRefunded) {
  const std::string job = SubmitJob({"trouble"});
  for (int i = 0; i < kLossesMax; ++i) {
    WorkAll();
    clock_.Advance(1min);
  }
  EXPECT_EQ(Find(job)->images.at(0).error, ErrorCode::kEngineFailure);
  EXPECT_EQ(Balance(), 100);
}

// Loses its lease while it works: another claims the image, and finishes it first where `other_finishes`.
class OvertakenProcessor final : public LetterProcessor {
 public:
  explicit OvertakenProcessor(std::function<void()> meanwhile) : meanwhile_(std::move(meanwhile)) {}
  Result<ProcessedImage> Process(const Assignment& assignment) override {
    meanwhile_();
    return LetterProcessor::Process(assignment);
  }

 private:
  std::function<void()> meanwhile_;
};

TEST_F(WorkerTest, AWorkerThatLostItsLeaseChangesNothing) {
  const std::string job = SubmitJob({"clean a"});
  Lease fresh;
  OvertakenProcessor overtaken([&] {
    clock_.Advance(31s);
    fresh = MustClaim("w2").lease;
  });
  WorkerSettings settings;
  settings.id = "w1";
  Worker worker(*database_, *blobs_, clock_, overtaken, settings);
  EXPECT_TRUE(worker.RunOnce());
  EXPECT_EQ(Find(job)->completed, 0);
  EXPECT_EQ(CountFiles(), 1) << "its result is gone again";
  EXPECT_TRUE(Done(fresh));
}

// What follows runs the whole loop, on the machine's clock.
class RunTest : public ServiceTest {
 protected:
  RunTest() { ServiceTest::Beat(); }

  // Stays in Process until let go.
  class SlowProcessor final : public LetterProcessor {
   public:
    Result<ProcessedImage> Process(const Assignment& assignment) override {
      std::unique_lock lock(mutex_);
      is_in_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return is_let_go_; });
      return LetterProcessor::Process(assignment);
    }
    void WaitUntilIn() {
      std::unique_lock lock(mutex_);
      ASSERT_TRUE(changed_.wait_for(lock, 20s, [this] { return is_in_; }));
    }
    void LetGo() {
      const std::lock_guard lock(mutex_);
      is_let_go_ = true;
      changed_.notify_all();
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_in_ = false, is_let_go_ = false;
  };

  void Start(
      Processor& processor, std::function<void(WorkerSettings&)> change = [](auto&) {}) {
    WorkerSettings settings;
    settings.id = "runner";
    settings.idle_wait = 5ms;
    settings.exit_process = [this](int status) { exit_status_ = status; };
    change(settings);
    worker_ = std::make_unique<Worker>(*database_, *blobs_, system_clock_, processor, settings);
    thread_ = std::thread([this] { worker_->Run(stop_); });
  }
  void Stop() {
    stop_ = true;
    thread_.join();
  }
  bool Eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 1000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }

  SystemClock system_clock_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> exit_status_ = -1;
  std::unique_ptr<Worker> worker_;
  std::thread thread_;
};

TEST_F(RunTest, WorksUntilStoppedAndSignsOff) {
  Start(processor_);
  const std::string job = SubmitJob({"clean a", "clean b"});
  EXPECT_TRUE(Eventually([&] { return Find(job)->state == JobState::kDone; }));
  EXPECT_TRUE(Eventually([&] { return Count("workers WHERE id = 'runner'") == 1; })) << "it beats beside the work";
  Stop();
  EXPECT_EQ(Count("workers WHERE id = 'runner'"), 0);
  EXPECT_EQ(exit_status_, -1);
}

TEST_F(RunTest, KeepsItsLeaseForAsLongAsItTakes) {
  SlowProcessor slow;
  Start(slow, [](WorkerSettings& settings) { settings.lease = 300ms; });
  const std::string job = SubmitJob({"clean a"});
  slow.WaitUntilIn();
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(100ms);
    const auto stolen =
        Write([&](auto& transaction) { return ClaimNext(transaction, "thief", 30s, system_clock_.Now()); });
    EXPECT_FALSE(stolen.value()) << "after " << i;
  }
  slow.LetGo();
  EXPECT_TRUE(Eventually([&] { return Find(job)->state == JobState::kDone; }));
  Stop();
}

TEST_F(RunTest, AStopFinishesWhatIsInHand) {
  SlowProcessor slow;
  Start(slow);
  const std::string job = SubmitJob({"clean a", "clean b"});
  slow.WaitUntilIn();
  stop_ = true;
  std::this_thread::sleep_for(100ms);
  slow.LetGo();
  Stop();
  EXPECT_EQ(Find(job)->completed, 1);
  EXPECT_EQ(Count("images WHERE state = 'waiting'"), 1);
}

TEST_F(RunTest, AStopHandsBackWhatTakesLongerThanTheGrace) {
  SlowProcessor slow;
  Start(slow, [](WorkerSettings& settings) { settings.stop_grace = 50ms; });
  const std::string job = SubmitJob({"clean a"});
  slow.WaitUntilIn();
  stop_ = true;
  EXPECT_TRUE(Eventually([&] { return exit_status_ == 0; }));
  EXPECT_EQ(Count("images WHERE state = 'waiting' AND tries = 0 AND losses = 0"), 1);
  slow.LetGo();
  Stop();
  EXPECT_EQ(Find(job)->completed, 0) << "what it brought afterwards is not taken";
}

// A worker in a process of its own, which dies within the engine in its own way.
class DyingWorkerTest : public ServiceTest {
 protected:
  int RunUntilItDies(const std::string& worker_id, const std::function<void()>& in_engine) {
    database_.reset();  // a connection does not survive a fork
    const pid_t child = fork();
    Reopen();
    if (child == 0) {
      OvertakenProcessor dying(in_engine);
      WorkerSettings settings;
      settings.id = worker_id;
      Worker worker(*database_, *blobs_, clock_, dying, settings);
      (void)worker.RunOnce();
      _exit(9);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  }
  void Reopen() { database_ = store::Database::Open({test_database_.Url()}).value(); }
};

TEST_F(DyingWorkerTest, ACrashOfTheEngineIsATryAndTheThirdOneIsRefunded) {
  const std::string job = SubmitJob({"clean a"});
  for (int i = 0; i < kTriesMax; ++i) {
    const int status = RunUntilItDies("w", [] {
      std::signal(SIGSEGV, SIG_DFL);
      raise(SIGSEGV);
    });
    EXPECT_EQ(DeathFromWaitStatus(status), Death::kCrashed);
    ASSERT_TRUE(Died("w", DeathFromWaitStatus(status)));
  }
  EXPECT_EQ(Find(job)->images.at(0).error, ErrorCode::kEngineFailure);
  EXPECT_EQ(Balance(), 100);
  ExpectSoundLedger();
}

TEST_F(DyingWorkerTest, AKilledWorkerIsNoTryAndItsImageIsDone) {
  const std::string job = SubmitJob({"clean a"});
  for (int i = 0; i < kTriesMax; ++i) {
    const int status = RunUntilItDies("w", [] { raise(SIGKILL); });
    ASSERT_TRUE(Died("w", DeathFromWaitStatus(status)));
    clock_.Advance(1min);
  }
  WorkAll();
  EXPECT_TRUE(Find(job)->images.at(0).ok);
  EXPECT_EQ(Balance(), 99);
}

TEST_F(DyingWorkerTest, NobodyNeedsToReportTheDeath) {
  const std::string job = SubmitJob({"clean a"});
  RunUntilItDies("w", [] { raise(SIGKILL); });
  EXPECT_TRUE(IsQueueEmpty());
  clock_.Advance(31s);
  WorkAll();
  EXPECT_TRUE(Find(job)->images.at(0).ok);
}

}  // namespace
}  // namespace removr::job
