// The submission (api.md, section 2): from the moment the headers have come to the 202.
//
//   ASSIGN_OR_RETURN(auto submission, submitter.Begin(account_id, idempotency_key));
//   for each part {
//     TRY(submission->BeginFile(filename));
//     for each chunk { TRY(submission->Append(chunk)); }
//     TRY(submission->EndFile());
//   }
//   auto accepted = submission->Finish();
//
// Each file goes straight to blob storage, hashed on its way; nothing but the chunk is held in memory. Nothing is
// charged, and no job exists, before Finish. Whatever ends a submission without it (an error, the client gone, the
// process killed) leaves nothing: destruction removes the files, and the sweep (retention.h) does so for a process that
// died.
//
// Every call may wait for disk and database: make them off the I/O threads. One thread at a time per Submission.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "service/job/wishes.h"
#include "service/ledger/rules.h"
#include "service/store/blobs.h"
#include "service/store/database.h"

namespace removr::job {

struct SubmitSettings {
  Limits limits;
  // What may wait, over all accounts; the images are serve's --max-queue. The others bound what so many may amount to:
  // 24 megapixels and 16 MiB each.
  int queue_max_images = 1000;
  std::int64_t queue_max_pixels = 24'000'000'000;
  std::int64_t queue_max_bytes = 16'000 * kMiB;
  std::chrono::milliseconds keep = std::chrono::hours(24);  // how long files live (serve --keep)
  std::chrono::milliseconds idempotency_keep = std::chrono::hours(24);
  // The claim on an Idempotency-Key and on the files. Append renews it; where a client may be silent for longer than a
  // third of this, call KeepAlive meanwhile.
  std::chrono::milliseconds upload_lease = std::chrono::seconds(60);
  // Refuse with kBusy while no worker has been heard of (workers.h).
  bool needs_worker = true;
  // Reads a whole file as an owner's template: kBadRequest, with a public text, where it is none. Blocks; thread-safe.
  // Without it no template is taken in.
  std::function<Status(std::span<const std::uint8_t> bytes)> check_template = nullptr;
};

// What the 202 says.
struct Accepted {
  std::string job_id;
  int count = 0;
  bool replayed = false;        // the remembered answer to the same request: nothing was charged now
  ledger::Credits charged = 0;  // by this call
  ledger::Credits balance = 0;  // after it
};

// What a kInsufficientCredits of Begin or Finish was about.
struct Shortfall {
  ledger::Credits balance = 0;
  ledger::Credits required = 0;
};

class Submission {
 public:
  // Without a successful Finish: gives the Idempotency-Key up and removes the files. Blocks for that.
  virtual ~Submission() = default;

  // kTooManyFiles beyond limits.files_max: then the request is over. `filename` is as sent, in any bytes.
  virtual Status BeginFile(std::string_view filename) = 0;

  // A mask painted by hand: one for all files, or one for each in their order; before, between or behind them. Append
  // and EndFile as for a file. kBadRequest at EndFile where its first bytes are no JPG, PNG or WEBP; kTooManyFiles.
  virtual Status BeginMask() = 0;

  // The overlay itself, which its owner still has, for all files; where in the form does not matter. Append and EndFile
  // as for a file. kBadRequest for a second one, and at EndFile, with a public text, where it is none.
  virtual Status BeginTemplate() = 0;

  // kFileTooLarge beyond limits.file_max_bytes, kStorageFull, kIo, kBusy where the lease was lost (the process slept).
  virtual Status Append(std::span<const std::uint8_t> bytes) = 0;

  virtual Status EndFile() = 0;

  // Renews the lease. kBusy where it was lost.
  virtual Status KeepAlive() = 0;

  // After the last part. Masks, template and choices are a part of what identifies the request. In one transaction: the
  // look-up of the Idempotency-Key, the queue's bound, the charge, job and images.
  //   kBadRequest             no file was sent, masks are neither one nor one for each file, or they, a template and
  //                           choices contradict each other
  //   kInsufficientCredits    shortfall() says how much
  //   kIdempotencyMismatch    the key stands for other files or options
  //   kBusy                   the queue is full, no worker is there, the lease was lost, or the database is taken
  //   kStorageFull, kIo
  // After an error nothing is charged and nothing kept. To be called once.
  virtual Result<Accepted> Finish(const Choices& choices) = 0;

  // Set after Finish returned kInsufficientCredits.
  virtual std::optional<Shortfall> shortfall() const = 0;

  // Set after Finish found the queue full: when there will be room, as fast as the queue moves now.
  virtual std::optional<std::chrono::seconds> retry_after() const = 0;
};

// Thread-safe. The database, storage and clock outlive it.
class Submitter {
 public:
  Submitter(store::Database& database, store::Blobs& blobs, const Clock& clock, SubmitSettings settings);

  // When the headers have come. Of Task::kDetect no credits are asked. `idempotency_key`: 1 to 255 visible ASCII
  // characters, without the quotes.
  //   kBadRequest             the key has another form
  //   kInsufficientCredits    no key was sent and the balance is 0 (the shortfall is then {0, 1})
  //   kConflict               the first request of this key is still being received: try again after
  //   kConflictRetryAfter kBusy                   the queue is full already, or no worker is there (never for a key
  //   whose 202 is remembered) kStorageFull, kIo
  Result<std::unique_ptr<Submission>> Begin(std::string_view account_id, std::optional<std::string> idempotency_key,
                                            Task task = Task::kRemove);

  // When there will be room for an image, after Begin returned kBusy.
  std::chrono::seconds RetryAfter() const;

  const SubmitSettings& settings() const { return settings_; }

 private:
  store::Database& database_;
  store::Blobs& blobs_;
  const Clock& clock_;
  const SubmitSettings settings_;
};

// For Retry-After, where no measure says more.
inline constexpr std::chrono::seconds kConflictRetryAfter{2};
inline constexpr std::chrono::seconds kBusyRetryAfter{5};

}  // namespace removr::job
