// The real thing: processes that submit and processes that work, killed with SIGKILL at random moments; and a device
// that is really full. REMOVR_SOAK=1 kills many more.
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include "service/job/service_fixture.h"

namespace removr::job {
namespace {

using namespace std::chrono_literals;

class CrashTest : public ServiceTest {
 protected:
  // Runs `work` in a process of its own, on connections of its own (none survives a fork).
  pid_t Spawn(const std::function<void()>& work) {
    const pid_t child = fork();
    if (child != 0) return child;
    (void)database_.release();
    database_ = store::Database::Open({test_database_.Url()}).value();
    work();
    _exit(0);
  }
  // A tmpfs gives whole pages.
  static void FillToTheLastPage(const std::filesystem::path& path) {
    std::ofstream file(path);
    while (file.write(std::string(4096, 'x').data(), 4096).flush()) {
    }
  }

  // On a device of a few megabytes: submits until nothing fits any more, and beyond; then makes room.
  void FillAndEmpty(const std::filesystem::path& small) {
    (void)database_.release();  // the parent's
    auto database = store::Database::Open({"sqlite:" + (small / "db").string()});
    ASSERT_TRUE(database) << database.error().message;
    database_ = std::move(*database);
    blobs_ = store::OpenBlobs("file:" + (small / "files").string()).value();
    OpenAccount("anna", 100);
    Beat();
    settings_.queue_max_images = 1000;
    const std::string image = "clean" + std::string(30'000, 'x');
    int accepted = 0;
    for (int i = 0; i < 80; ++i) {
      if (i == 60) FillToTheLastPage(small / "filler");
      const auto answer = Submit({image});
      accepted += answer.has_value();
      if (!answer) {
        EXPECT_EQ(answer.error().code, ErrorCode::kStorageFull) << answer.error().message;
      }
      // What is full stays full for a worker as well.
      if (i > 70) (void)MakeWorker().RunOnce();
    }
    EXPECT_GT(accepted, 5);
    EXPECT_LT(accepted, 80) << "it never was full";
    ExpectSoundLedger();
    EXPECT_EQ(Balance(), 100 - accepted);
    EXPECT_EQ(Count("jobs"), accepted);
    const auto other = store::Database::Open({"sqlite:" + (small / "other.db").string()});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::kStorageFull) << other.error().message;
    std::filesystem::remove(small / "filler");
    ASSERT_EQ(mount("none", small.c_str(), "tmpfs", MS_REMOUNT, "size=16m"), 0);
    for (int i = 0; i < 15; ++i) {
      clock_.Advance(70s);
      WorkAll();
    }
    SweepNow();
    EXPECT_EQ(Count("images WHERE state = 'done'"), accepted) << "what was accepted is done";
    EXPECT_EQ(CountFiles(small / "files"), 2 * accepted);
    Beat();
    EXPECT_TRUE(Submit({image}));
  }

  void Kill(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
};

// Submits the same numbered requests again and again, each under its key, as a client that retries does; never comes to
// an end.
void SubmitForever(store::Database& database, store::Blobs& blobs, const SubmitSettings& settings, unsigned seed,
                   int requests) {
  const SystemClock clock;
  Submitter submitter(database, blobs, clock, settings);
  for (std::mt19937 random(seed);;) {
    const int number = static_cast<int>(random() % static_cast<unsigned>(requests));
    auto submission = submitter.Begin("anna", "request" + std::to_string(number));
    if (!submission) continue;
    bool ok = true;
    for (int i = 0; i < 1 + number % 3 && ok; ++i) {
      const char* content = (number + i) % 4 == 0 ? "broken" : (number + i) % 4 == 1 ? "residual" : "clean";
      ok = (*submission)->BeginFile("a.png") && (*submission)->Append(BytesOf(content)) && (*submission)->EndFile();
    }
    if (ok) (void)(*submission)->Finish({});
  }
}

TEST_F(CrashTest, KilledAtAnyMomentNothingIsLostAndNothingChargedTwice) {
  const int kills = std::getenv("REMOVR_SOAK") ? 2000 : 60;
  constexpr int kRequests = 30;
  settings_.queue_max_images = 1000;
  settings_.needs_worker = false;
  settings_.upload_lease = 300ms;  // so that a killed client's key is soon free again
  std::mt19937 random(4711);
  int next_worker = 0;
  const auto start = [&](int role) {
    const auto seed = static_cast<unsigned>(random());
    const std::string id = "w" + std::to_string(next_worker++);
    return Spawn([&, seed, id] {
      const SystemClock clock;
      if (role < 2) SubmitForever(*database_, *blobs_, settings_, seed, kRequests);
      if (role == 2) {
        while (true) (void)Sweep(*database_, *blobs_, clock);
      }
      WorkerSettings settings;
      settings.id = id;
      settings.lease = 300ms;
      Worker worker(*database_, *blobs_, clock, processor_, settings);
      while (true) (void)worker.RunOnce();
    });
  };
  std::vector<pid_t> children;
  for (int role = 0; role < 5; ++role) children.push_back(start(role));
  for (int i = 0; i < kills; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 40));
    const auto victim = random() % children.size();
    Kill(children[victim]);
    children[victim] = start(static_cast<int>(victim));
  }
  for (const pid_t child : children) Kill(child);

  // Everything that is left comes to its end, and then the books are read.
  const SystemClock clock;
  clock_ = ManualClock(clock.Now());
  for (int i = 0; i < 15; ++i) {
    clock_.Advance(70s);
    WorkAll();
  }
  SweepNow();
  ExpectSoundLedger();
  EXPECT_EQ(Count("uploads"), 0);
  EXPECT_EQ(Count("images WHERE state IN ('waiting', 'working')"), 0);
  EXPECT_EQ(Count("jobs WHERE state <> 'done'"), 0);
  EXPECT_EQ(Count("jobs"), Count("idempotency_keys")) << "one job for each key";
  EXPECT_EQ(Count("jobs"), Count("ledger_entries WHERE reason = 'charge'"));
  EXPECT_GE(Count("jobs"), 5) << "it worked between the kills";
  EXPECT_EQ(Count("images WHERE state = 'failed' OR verdict <> 'clean'"),
            Count("ledger_entries WHERE reason = 'refund'"));
  EXPECT_EQ(CountFiles(), Count("images") + Count("images WHERE state = 'done'")) << "no file without a record";
  const auto results = database_->Read(
      [](auto& transaction) { return transaction.Query("SELECT result_blob FROM images WHERE state = 'done'"); });
  for (const auto& result : *results) EXPECT_TRUE(Content(result.Text(0)).starts_with("result of ")) << result.Text(0);
  store::TestDatabase::ExpectIntegrity(*database_);
}

// In a mount name space of its own, for which a user name space gives the right where the user has none: `folder`
// becomes a device of so many bytes.
bool MountSmall(const std::filesystem::path& folder, const std::string& size) {
  const std::string user = std::to_string(getuid()), group = std::to_string(getgid());
  if (unshare(CLONE_NEWNS) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " + user + " 1";
    std::ofstream("/proc/self/gid_map") << "0 " + group + " 1";
  }
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  return mount("none", folder.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
}

TEST_F(CrashTest, AFullDeviceRefusesAndTheBooksStayRight) {
  if (store::TestDatabase::IsPostgres()) GTEST_SKIP() << "its device is the server's";
  constexpr int kCannotMount = 77;
  const pid_t child = fork();
  if (child == 0) {
    const auto small = folder_ / "small";
    std::filesystem::create_directories(small);
    if (!MountSmall(small, "2m")) _exit(kCannotMount);
    FillAndEmpty(small);
    _exit(HasFailure() ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == kCannotMount) GTEST_SKIP() << "no user name spaces here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace removr::job
