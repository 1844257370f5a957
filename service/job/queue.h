// The queue of images: claimed under leases, finished exactly once.
//
// A lease belongs to one image and one worker, runs out unless renewed, and carries a fencing token, which grows with
// every claim of that image. Whatever a worker writes about an image names the token; where it is not the newest the
// call is kConflict and changes nothing. So a worker that was thought dead and comes back can spoil nothing.
//
// Accounts take turns: whoever was served longest ago is next, so one with 5,000 images delays another's single image
// by at most one image per worker.
//
// Each function is one step in the caller's writing transaction. Refunds and the job's state are part of the step.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "service/job/processor.h"
#include "service/job/states.h"
#include "service/store/database.h"

namespace removr::job {

struct Lease {
  std::string job_id;
  int index = 0;
  std::int64_t token = 0;
  Timestamp expires_at;
};

struct Claim {
  Lease lease;
  std::string account_id;
  std::string original_blob;
  std::int64_t original_bytes = 0;
  std::string mask_blob;      // painted by hand; "" where none is
  std::string template_blob;  // of its job; "" where none is
  Wishes wishes;
};

// The next image, or nullopt where none may be claimed now. First takes back what leases have run out on.
Result<std::optional<Claim>> ClaimNext(store::Transaction& transaction, std::string_view worker_id,
                                       std::chrono::milliseconds lease, Timestamp now);

// A cheap look, in a reading transaction, whether ClaimNext might find anything.
Result<bool> HasWork(store::Transaction& transaction, Timestamp now);

// All below: kConflict where the lease is not the newest or the image is finished.

Status Renew(store::Transaction& transaction, Lease& lease, std::chrono::milliseconds lease_time, Timestamp now);

// The engine begins on this image. Until then a worker that dies has not tried it.
Status MarkStarted(store::Transaction& transaction, const Lease& lease, Timestamp now);

struct Delivered {
  std::string blob;    // "" where there is no cleaned file (kDetect)
  std::string sha256;  // 64 hex digits
  std::int64_t size_bytes = 0;
  std::string mask_blob = {};  // "" where there is none
  std::string mask_sha256 = {};
  std::int64_t mask_bytes = 0;
};
// Done: the result is in `delivered.blob`. Refunds where the verdict says so. The files in `image` are not
// looked at.
Status Complete(store::Transaction& transaction, const Lease& lease, const ProcessedImage& image,
                const Delivered& delivered, Timestamp now);

// Not done: `event` is kReject, kTry, kLose or kHandBack (states.h), `error` as there. Back to the queue, or failed and
// refunded.
Status GiveUp(store::Transaction& transaction, const Lease& lease, Event event, std::optional<ErrorCode> error,
              Timestamp now);

// What a supervisor has seen of a worker process that ended.
enum class Death {
  kStopped,  // it was told to, or exited by itself in good order: nothing is counted
  kCrashed,  // SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS ...: a try of the image that its engine had begun
  kKilled,   // SIGKILL: someone, or the kernel for want of memory; a loss
};
std::string_view Name(Death death);  // "stopped", "crashed", "killed"
Death DeathFromWaitStatus(int wait_status);

// Takes back at once what that worker had claimed, instead of when its leases run out. Any number of times.
Status ReportDeath(store::Transaction& transaction, std::string_view worker_id, Death death, Timestamp now);

// Fails what is unfinished of a job that is being deleted; refunds the images that no engine had begun on.
Status CancelJob(store::Transaction& transaction, std::string_view job_id, Timestamp now);

// Fails and refunds what is unfinished of a job whose time is over.
Status ExpireJob(store::Transaction& transaction, std::string_view job_id, Timestamp now);

}  // namespace removr::job
