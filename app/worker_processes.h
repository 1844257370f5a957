// Worker processes, kept alive: one that ends is started again, after a wait that grows while it keeps ending early.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace removr::app {

// All calls from one thread, which must live as long as the process: the kernel ends the workers when it ends.
class WorkerProcesses {
 public:
  // A worker is this binary run with `arguments` and `--worker-id ID`, a new id at each start. `on_death` is told the
  // id and the status of waitpid.
  WorkerProcesses(int count, std::vector<std::string> arguments, std::function<void(const std::string&, int)> on_death);
  // Kills what still runs.
  ~WorkerProcesses();
  WorkerProcesses(const WorkerProcesses&) = delete;
  WorkerProcesses& operator=(const WorkerProcesses&) = delete;

  // Collects those that ended and starts those whose wait is over. To be called on SIGCHLD, and a few times a second.
  void Tend();

  // Asks all to stop (SIGTERM), waits up to `grace` for them, and kills the rest.
  void Stop(std::chrono::milliseconds grace);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Slot {
    pid_t pid = 0;  // 0: not running
    std::string id;
    Time started, start_after;
    int early_ends = 0;  // in a row
  };

  void Start(Slot& slot);
  void Reap();
  void NoteEnd(Slot& slot, int wait_status);
  bool AnyRuns() const;
  void Signal(int signal);

  const std::vector<std::string> arguments_;
  const std::function<void(const std::string&, int)> on_death_;
  std::vector<Slot> slots_;
};

}  // namespace removr::app
