// Stands beside a working worker, in a thread of its own: keeps the lease of the image in hand, beats, and ends the
// process where a stop has waited long enough. Inside this folder only; worker.h tells the whole.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "service/job/queue.h"
#include "service/job/worker.h"
#include "service/store/database.h"

namespace removr::job {

class Keeper {
 public:
  // Beats from now on, until destroyed; then signs off.
  Keeper(store::Database& database, const Clock& clock, const WorkerSettings& settings, const std::atomic<bool>& stop);
  ~Keeper();

  // Keeps a lease for as long as it lives. `keeper` may be null: then it does nothing.
  class Hold {
   public:
    Hold(Keeper* keeper, const Lease& lease);
    ~Hold();

   private:
    Keeper* keeper_;
  };

  // True once exit_process was called; seen only where a test's came back.
  bool HasEndedProcess() const { return ended_; }

 private:
  using Moment = std::chrono::nanoseconds;  // of Clock::Monotonic
  struct Held {
    Lease lease;
    Moment renewed_at;
  };

  void Loop();
  void BeatIfDue(Moment now);
  void RenewIfDue(Moment now);
  void EndIfStopped(Moment now);
  std::optional<Held> InHand();

  store::Database& database_;
  const Clock& clock_;
  const WorkerSettings& settings_;
  const std::atomic<bool>& stop_;
  std::mutex mutex_;  // of held_ and leaving_; never kept over a database call
  std::condition_variable woken_;
  std::optional<Held> held_;
  bool leaving_ = false;
  std::optional<Moment> beaten_at_;  // of the thread alone, as the next
  std::optional<Moment> stopped_at_;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace removr::job
