#include "app/worker_processes.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "base/log.h"
#include "service/store/random_id.h"

namespace removr::app {
namespace {

// One that lived this long ended for a reason of its own, not because it cannot start.
constexpr auto kLongLife = std::chrono::seconds(30);
constexpr auto kFirstWait = std::chrono::milliseconds(200);
constexpr auto kLongestWait = std::chrono::milliseconds(15'000);

std::chrono::milliseconds WaitAfter(int early_ends) {
  if (early_ends == 0) return std::chrono::milliseconds(0);
  return std::min(kLongestWait, kFirstWait * (1 << std::min(early_ends - 1, 10)));
}

// Between fork and exec: only what is safe there in a process that has threads.
[[noreturn]] void BecomeWorker(pid_t parent, char* const* argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(0);  // it died before the line above
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // Not the server's sockets: a worker that outlives it for a moment would keep its port taken.
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  ::execv("/proc/self/exe", argv);
  ::_exit(127);
}

std::string Describe(int wait_status) {
  if (WIFSIGNALED(wait_status)) return std::string("killed by ") + ::strsignal(WTERMSIG(wait_status));
  return "exit status " + std::to_string(WEXITSTATUS(wait_status));
}

}  // namespace

WorkerProcesses::WorkerProcesses(int count, std::vector<std::string> arguments,
                                 std::function<void(const std::string&, int)> on_death)
    : arguments_(std::move(arguments)), on_death_(std::move(on_death)), slots_(static_cast<std::size_t>(count)) {}

WorkerProcesses::~WorkerProcesses() {
  Signal(SIGKILL);
  for (Slot& slot : slots_) {
    if (slot.pid > 0) ::waitpid(slot.pid, nullptr, 0);
  }
}

void WorkerProcesses::Tend() {
  Reap();
  const Time now = std::chrono::steady_clock::now();
  for (Slot& slot : slots_) {
    if (slot.pid == 0 && now >= slot.start_after) Start(slot);
  }
}

void WorkerProcesses::Stop(std::chrono::milliseconds grace) {
  Signal(SIGTERM);
  const Time deadline = std::chrono::steady_clock::now() + grace;
  for (bool killed = false; AnyRuns(); Reap()) {
    if (!killed && std::chrono::steady_clock::now() > deadline) {
      log::Warn("killing the workers that did not stop in time");
      Signal(SIGKILL);
      killed = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void WorkerProcesses::Start(Slot& slot) {
  slot.id = store::RandomId();
  slot.started = std::chrono::steady_clock::now();
  std::vector<std::string> words = {"removr"};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  words.insert(words.end(), {"--worker-id", slot.id});
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) BecomeWorker(parent, argv.data());
  if (pid < 0) {
    log::Error("cannot start a worker: {}", std::strerror(errno));
    slot.start_after = slot.started + kLongestWait;
    return;
  }
  slot.pid = pid;
  log::Debug("worker {} is process {}", slot.id, pid);
}

void WorkerProcesses::Reap() {
  for (Slot& slot : slots_) {
    int status = 0;
    if (slot.pid > 0 && ::waitpid(slot.pid, &status, WNOHANG) == slot.pid) NoteEnd(slot, status);
  }
}

void WorkerProcesses::NoteEnd(Slot& slot, int wait_status) {
  const Time now = std::chrono::steady_clock::now();
  slot.pid = 0;
  slot.early_ends = now - slot.started < kLongLife ? slot.early_ends + 1 : 0;
  slot.start_after = now + WaitAfter(slot.early_ends);
  if (wait_status != 0) log::Warn("worker {} ended: {}", slot.id, Describe(wait_status));
  on_death_(slot.id, wait_status);
}

bool WorkerProcesses::AnyRuns() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.pid > 0; });
}

void WorkerProcesses::Signal(int signal) {
  for (const Slot& slot : slots_) {
    if (slot.pid > 0) ::kill(slot.pid, signal);
  }
}

}  // namespace removr::app
