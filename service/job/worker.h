// The worker's loop: claim -> blob get -> Processor -> blob put -> one transaction. It runs in a process of its own,
// which may be killed at any moment.
//
// An image that takes longer than 30 s + 3 s per megapixel is given up by the Processor, and has cost that image a try.
// Beside the loop a keeper thread renews the lease and beats (workers.h). After a stop it waits a grace time for the image
// in hand, then hands it back and ends the process.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "service/job/processor.h"
#include "service/store/blobs.h"
#include "service/store/database.h"

namespace removr::job {

class Keeper;
struct Claim;

struct WorkerSettings {
  std::string id;  // unique among all workers that live and ever lived (store::RandomId)
  Limits limits;
  std::chrono::milliseconds lease = std::chrono::seconds(30);
  std::chrono::milliseconds idle_wait = std::chrono::milliseconds(100);  // between looks at an empty queue
  std::chrono::milliseconds stop_grace = std::chrono::seconds(5);
  // How the process ends where an image is handed back in the middle: _exit, or what a test puts there.
  std::function<void(int status)> exit_process;  // empty means _exit
};

// The database, storage, clock and processor outlive it; the clock must be thread-safe.
class Worker {
 public:
  Worker(store::Database& database, store::Blobs& blobs, const Clock& clock, Processor& processor,
         WorkerSettings settings);

  // Works until `stop` is true, then returns (or, with an image in hand for longer than the grace time, ends the
  // process with status 0). An error of database or storage is logged and waited out; it never returns for one.
  void Run(const std::atomic<bool>& stop);

  // One image, in this thread: false where there was none. What Run does, without the keeper.
  Result<bool> RunOnce();

 private:
  Result<bool> WorkOnce(Keeper* keeper);
  Status WorkOn(const Claim& claim, Keeper* keeper);

  store::Database& database_;
  store::Blobs& blobs_;
  const Clock& clock_;
  Processor& processor_;
  WorkerSettings settings_;
};

}  // namespace removr::job
