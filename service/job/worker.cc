#include "service/job/worker.h"

#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/probe.h"
#include "service/job/keeper.h"
#include "service/job/naming.h"
#include "service/job/queue.h"
#include "service/job/sha256.h"
#include "service/job/states.h"
#include "service/job/workers.h"

namespace removr::job {
namespace {

using store::Transaction;

// After an error of database or storage: long enough not to add to the trouble, short enough to be back soon.
constexpr auto kAfterError = std::chrono::seconds(1);

// A storage or database that does not answer is waited for, however long it takes: it has nothing to do with the image.
Event EventFor(ErrorCode code) {
  if (IsImageFault(code)) return Event::kReject;
  if (code == ErrorCode::kTimeout || code == ErrorCode::kEngineFailure) return Event::kTry;
  return code == ErrorCode::kCancelled || code == ErrorCode::kBusy ? Event::kHandBack : Event::kLose;
}

// As the header says, but no more than the limits let the engine begin with.
std::int64_t PixelsOf(std::span<const std::uint8_t> bytes, const Limits& limits) {
  const auto probe = ProbeImage(bytes);
  return probe ? std::min(std::int64_t{probe->width} * probe->height, limits.pixels_max) : 0;
}

// Stores the bytes, and returns their SHA-256.
Result<std::string> Put(store::Blobs& blobs, const std::string& blob, std::span<const std::uint8_t> bytes) {
  Sha256 sha256;
  sha256.Add(bytes);
  ASSIGN_OR_RETURN(const auto writer, blobs.Create(blob));
  TRY(writer->Append(bytes));
  TRY(writer->Commit());
  return sha256.Hex();
}

Result<Delivered> Deliver(store::Blobs& blobs, const Lease& lease, const ProcessedImage& image) {
  Delivered delivered;
  if (!image.bytes.empty()) {
    delivered.blob = ResultBlob(lease.job_id, lease.index, lease.token);
    delivered.size_bytes = static_cast<std::int64_t>(image.bytes.size());
    ASSIGN_OR_RETURN(delivered.sha256, Put(blobs, delivered.blob, image.bytes));
  }
  if (!image.mask_png.empty()) {
    delivered.mask_blob = ResultMaskBlob(lease.job_id, lease.index, lease.token);
    delivered.mask_bytes = static_cast<std::int64_t>(image.mask_png.size());
    ASSIGN_OR_RETURN(delivered.mask_sha256, Put(blobs, delivered.mask_blob, image.mask_png));
  }
  return delivered;
}

Status Withdraw(store::Blobs& blobs, const Delivered& delivered) {
  for (const std::string& blob : {delivered.blob, delivered.mask_blob}) {
    if (!blob.empty()) TRY(blobs.Delete(blob));
  }
  return {};
}

}  // namespace

Worker::Worker(store::Database& database, store::Blobs& blobs, const Clock& clock, Processor& processor,
               WorkerSettings settings)
    : database_(database), blobs_(blobs), clock_(clock), processor_(processor), settings_(std::move(settings)) {
  if (!settings_.exit_process) settings_.exit_process = [](int status) { _exit(status); };
}

void Worker::Run(const std::atomic<bool>& stop) {
  Keeper keeper(database_, clock_, settings_, stop);
  while (!stop && !keeper.HasEndedProcess()) {
    const auto worked = WorkOnce(&keeper);
    if (!worked) log::Error("worker {}: {}", settings_.id, worked.error().message);
    if (!worked) std::this_thread::sleep_for(kAfterError);
    if (worked && !*worked) std::this_thread::sleep_for(settings_.idle_wait);
  }
}

Result<bool> Worker::RunOnce() { return WorkOnce(nullptr); }

Result<bool> Worker::WorkOnce(Keeper* keeper) {
  ASSIGN_OR_RETURN(const bool has_work,
                   database_.Read([&](Transaction& transaction) { return HasWork(transaction, clock_.Now()); }));
  if (!has_work) return false;
  ASSIGN_OR_RETURN(const auto claim, database_.Write([&](Transaction& transaction) {
    return ClaimNext(transaction, settings_.id, settings_.lease, clock_.Now());
  }));
  if (!claim) return false;
  const Status done = WorkOn(*claim, keeper);
  if (done) return true;
  // The image's own error ends it, an engine's counts a try, any other sends it back to the queue. Where the lease was
  // lost meanwhile, all this changes nothing.
  const Error& error = done.error();
  log::Info("image {}/{}: {}", claim->lease.job_id, claim->lease.index, error.message);
  const Status given_up = database_.Write([&](Transaction& transaction) {
    return GiveUp(transaction, claim->lease, EventFor(error.code), error.code, clock_.Now());
  });
  if (!given_up && given_up.error().code != ErrorCode::kConflict) return tl::unexpected<Error>(given_up.error());
  const bool is_trouble = EventFor(error.code) == Event::kLose || error.code == ErrorCode::kBusy;
  if (is_trouble && given_up) return tl::unexpected<Error>(error);
  return true;
}

Status Worker::WorkOn(const Claim& claim, Keeper* keeper) {
  const Keeper::Hold hold(keeper, claim.lease);
  ASSIGN_OR_RETURN(const auto original, store::ReadAll(blobs_, claim.original_blob, settings_.limits.file_max_bytes));
  std::vector<std::uint8_t> mask, owner_template;
  if (!claim.mask_blob.empty()) {
    ASSIGN_OR_RETURN(mask, store::ReadAll(blobs_, claim.mask_blob, settings_.limits.file_max_bytes));
  }
  if (!claim.template_blob.empty()) {
    ASSIGN_OR_RETURN(owner_template, store::ReadAll(blobs_, claim.template_blob, settings_.limits.file_max_bytes));
  }
  TRY(database_.Write([&](Transaction& transaction) { return MarkStarted(transaction, claim.lease, clock_.Now()); }));
  const auto time_limit = TimeLimit(PixelsOf(original, settings_.limits));
  auto image = processor_.Process({original, mask, owner_template, claim.wishes, time_limit});
  if (!image) return tl::unexpected<Error>(std::move(image).error());
  ASSIGN_OR_RETURN(const Delivered delivered, Deliver(blobs_, claim.lease, *image));
  const Status completed = database_.Write(
      [&](Transaction& transaction) { return Complete(transaction, claim.lease, *image, delivered, clock_.Now()); });
  // Another has the image now. After any other error the result may be recorded: the sweep knows.
  if (!completed && completed.error().code == ErrorCode::kConflict) TRY(Withdraw(blobs_, delivered));
  return completed;
}

}  // namespace removr::job
