#include "service/job/submit.h"

#include <algorithm>
#include <vector>

#include "base/log.h"
#include "base/probe.h"
#include "service/job/admission.h"
#include "service/job/idempotency.h"
#include "service/job/jobs.h"
#include "service/job/naming.h"
#include "service/job/sha256.h"
#include "service/job/uploads.h"
#include "service/job/workers.h"
#include "service/ledger/ledger.h"
#include "service/store/random_id.h"

namespace removr::job {
namespace {

using store::Transaction;

// A file that has been received; or a mask or template, of which the first two are unknown.
struct ReceivedFile {
  std::string image_id;
  std::string filename;
  std::string blob;
  std::string sha256 = {};
  std::int64_t size_bytes = 0;
  std::int64_t pixels = 0;
};

// What Retry-After is measured over.
constexpr std::chrono::seconds kDrainSpan{60};

Load BoundOf(const SubmitSettings& settings) {
  return {settings.queue_max_images, settings.queue_max_pixels, settings.queue_max_bytes};
}

// How long until `more` fits into the queue; nullopt where it does now.
Result<std::optional<std::chrono::seconds>> WaitFor(Transaction& transaction, const SubmitSettings& settings,
                                                    const Load& more, Timestamp now) {
  ASSIGN_OR_RETURN(const Load waiting, ReadWaiting(transaction));
  const Load wanted = waiting + more, bound = BoundOf(settings);
  if (IsWithin(wanted, bound)) return std::optional<std::chrono::seconds>();
  ASSIGN_OR_RETURN(const Load drained, ReadDrained(transaction, now + -std::chrono::milliseconds(kDrainSpan)));
  const Load excess{wanted.images - bound.images, wanted.pixels - bound.pixels, wanted.bytes - bound.bytes};
  return std::optional(DrainTime(excess, drained, kDrainSpan));
}

// Whether so much more may be taken in. Where the queue is full, `retry_after` is set.
Status Admit(Transaction& transaction, const SubmitSettings& settings, const Load& more, Timestamp now,
             std::optional<std::chrono::seconds>& retry_after) {
  if (settings.needs_worker) {
    ASSIGN_OR_RETURN(const int workers, CountWorkers(transaction, now));
    if (workers == 0) return Fail(ErrorCode::kBusy, "no worker is there", "No worker can take the work now.");
  }
  ASSIGN_OR_RETURN(retry_after, WaitFor(transaction, settings, more, now));
  if (retry_after) return Fail(ErrorCode::kBusy, "the queue is full", "Too many images are waiting.");
  return {};
}

// What came with a request.
struct Received {
  std::vector<ReceivedFile> files;
  std::vector<ReceivedFile> masks;      // none, one for all files, or one for each
  std::vector<ReceivedFile> templates;  // none, or one for all files
  Wishes wishes;

  std::string MaskBlobOf(std::size_t index) const {
    if (masks.empty()) return "";
    return masks.size() == 1 ? masks.front().blob : masks[index].blob;
  }
  std::string TemplateBlob() const { return templates.empty() ? "" : templates.front().blob; }
  Load TotalLoad() const {
    Load total;
    for (const ReceivedFile& file : files) total = total + Load{1, file.pixels, file.size_bytes};
    return total;
  }
};

Status InsertJob(Transaction& transaction, const Upload& upload, const Received& received, Timestamp now,
                 Timestamp expires_at) {
  const Wishes& wishes = received.wishes;
  TRY(transaction.Execute(
      "INSERT INTO jobs (id, account_id, state, total, created_ms, expires_ms, task, choices, "
      "template_blob, stored_bytes) VALUES (:id, :account, 'processing', :total, :now, :expires, :task, "
      ":choices, :template, :stored)",
      {upload.job_id, upload.account_id, static_cast<std::int64_t>(received.files.size()), now.unix_ms,
       expires_at.unix_ms, std::string(Name(wishes.task)), Spell(wishes.choices), received.TemplateBlob(),
       received.TotalLoad().bytes}));
  for (std::size_t index = 0; index < received.files.size(); ++index) {
    const ReceivedFile& file = received.files[index];
    TRY(transaction.Execute(
        "INSERT INTO images (job_id, image_index, account_id, image_id, filename, state, queued_ms, "
        "original_blob, original_bytes, original_sha256, pixels, mask_blob, credits) "
        "VALUES (:job, :image_index, :account, :id, :filename, 'waiting', :now, :blob, :bytes, :sha256, :pixels, "
        ":mask, :credits)",
        {upload.job_id, static_cast<std::int64_t>(index), upload.account_id, file.image_id, file.filename, now.unix_ms,
         file.blob, file.size_bytes, file.sha256, file.pixels, received.MaskBlobOf(index),
         CreditsPerImage(wishes.task)}));
  }
  return {};
}

Status CheckReceived(const Received& received) {
  const std::size_t files = received.files.size(), masks = received.masks.size();
  if (files == 0) {
    return Fail(ErrorCode::kBadRequest, "no files part", "Send at least one image in the field `files`.");
  }
  if (masks > 1 && masks != files) {
    return Fail(ErrorCode::kBadRequest, std::to_string(masks) + " masks for " + std::to_string(files) + " files",
                "Send one mask for all files, or one for each in their order.");
  }
  return CheckChoices(received.wishes.choices, masks > 0, !received.templates.empty());
}

// What identifies a request: each file's size and bytes, in order, masks and template likewise, and the wishes.
std::string Fingerprint(const Received& received) {
  Sha256 sha256;
  const auto add = [&](std::string_view kind, const std::vector<ReceivedFile>& files) {
    for (const ReceivedFile& file : files)
      sha256.Add(std::string(kind) + std::to_string(file.size_bytes) + ":" + file.sha256 + "\n");
  };
  add("", received.files);
  add("mask ", received.masks);
  add("template ", received.templates);
  sha256.Add(Spell(received.wishes));
  return sha256.Hex();
}

class SubmissionImpl final : public Submission {
 public:
  SubmissionImpl(store::Database& database, store::Blobs& blobs, const Clock& clock, const SubmitSettings& settings,
                 Upload upload, std::optional<std::string> key, Task task)
      : database_(database),
        blobs_(blobs),
        clock_(clock),
        settings_(settings),
        upload_(std::move(upload)),
        key_(std::move(key)),
        renewed_at_(clock.Now()) {
    received_.wishes.task = task;
  }

  ~SubmissionImpl() override {
    writer_.reset();
    if (!accepted_) GiveUp();
  }

  Status BeginFile(std::string_view filename) override {
    if (writer_) return Fail(ErrorCode::kInternal, "BeginFile inside a file");
    const int index = static_cast<int>(received_.files.size());
    TRY(CheckCount(index, "files"));
    const ReceivedFile file{ImageId(filename, index), CleanFilename(filename), OriginalBlob(upload_.job_id, index)};
    return BeginBlob(file, received_.files);
  }

  Status BeginMask() override {
    if (writer_) return Fail(ErrorCode::kInternal, "BeginMask inside a file");
    const int index = static_cast<int>(received_.masks.size());
    TRY(CheckCount(index, "masks"));
    return BeginBlob({"", "", HandMaskBlob(upload_.job_id, index)}, received_.masks);
  }

  Status BeginTemplate() override {
    if (writer_) return Fail(ErrorCode::kInternal, "BeginTemplate inside a file");
    if (!received_.templates.empty()) {
      return Fail(ErrorCode::kBadRequest, "a second template", "One template is for all files: send it once.");
    }
    return BeginBlob({"", "", TemplateBlob(upload_.job_id)}, received_.templates);
  }

  Status Append(std::span<const std::uint8_t> bytes) override {
    if (!writer_) return Fail(ErrorCode::kInternal, "Append outside a file");
    ReceivedFile& file = current_->back();
    const std::size_t missing = kHeadBytes - std::min(kHeadBytes, head_.size());
    head_.insert(head_.end(), bytes.begin(),
                 bytes.begin() + static_cast<std::ptrdiff_t>(std::min(missing, bytes.size())));
    file.size_bytes += static_cast<std::int64_t>(bytes.size());
    if (file.size_bytes > settings_.limits.file_max_bytes) {
      return Fail(ErrorCode::kFileTooLarge, "more than " + std::to_string(settings_.limits.file_max_bytes) + " bytes",
                  "A file may have at most " + std::to_string(settings_.limits.file_max_bytes / kMiB) + " MiB.");
    }
    sha256_.Add(bytes);
    TRY(writer_->Append(bytes));
    if (clock_.Now() - renewed_at_ >= settings_.upload_lease / 3) TRY(KeepAlive());
    return {};
  }

  Status EndFile() override {
    if (!writer_) return Fail(ErrorCode::kInternal, "EndFile outside a file");
    const auto writer = std::move(writer_);
    TRY(writer->Commit());
    ReceivedFile& file = current_->back();
    file.sha256 = sha256_.Hex();
    file.pixels = PixelsExpected(head_, file.size_bytes, settings_.limits);
    if (current_ == &received_.masks && !SniffFormat(head_)) {
      return Fail(ErrorCode::kBadRequest, "a mask that is no image", "A mask must be a JPG, PNG or WEBP image.");
    }
    return current_ == &received_.templates ? CheckTemplate(file) : Status();
  }

  Status KeepAlive() override {
    const Timestamp now = clock_.Now();
    TRY(database_.Write([&](Transaction& transaction) {
      return RenewUpload(transaction, upload_.job_id, now + settings_.upload_lease);
    }));
    renewed_at_ = now;
    return {};
  }

  Result<Accepted> Finish(const Choices& choices) override {
    if (writer_) return Fail(ErrorCode::kInternal, "Finish inside a file");
    received_.wishes.choices = choices;
    TRY(CheckReceived(received_));
    const std::string fingerprint = Fingerprint(received_);
    auto accepted = database_.Write([&](Transaction& transaction) { return Decide(transaction, fingerprint); });
    // A replay's files are the first request's once more, so they go as those of a refused one do.
    accepted_ = accepted && !accepted->replayed;
    return accepted;
  }

  std::optional<Shortfall> shortfall() const override { return shortfall_; }
  std::optional<std::chrono::seconds> retry_after() const override { return retry_after_; }

 private:
  Status CheckCount(int count, std::string_view what) const {
    if (count < settings_.limits.files_max) return {};
    return Fail(ErrorCode::kTooManyFiles, "more than " + std::to_string(count) + " " + std::string(what),
                "At most " + std::to_string(count) + " " + std::string(what) + " can be sent at once.");
  }

  Status BeginBlob(const ReceivedFile& file, std::vector<ReceivedFile>& list) {
    ASSIGN_OR_RETURN(writer_, blobs_.Create(file.blob));
    sha256_ = Sha256();
    head_.clear();
    list.push_back(file);
    current_ = &list;
    return {};
  }

  Status CheckTemplate(const ReceivedFile& file) {
    if (!settings_.check_template) return Fail(ErrorCode::kBadRequest, "a template", "No template is taken in here.");
    ASSIGN_OR_RETURN(const auto bytes, store::ReadAll(blobs_, file.blob, settings_.limits.file_max_bytes));
    return settings_.check_template(bytes);
  }

  // The one transaction of a submission: the key's answer, or else a charge and a job.
  Result<Accepted> Decide(Transaction& transaction, const std::string& fingerprint) {
    const Timestamp now = clock_.Now();
    ASSIGN_OR_RETURN(const auto balance, ledger::Balance(transaction, upload_.account_id));
    if (key_) {
      ASSIGN_OR_RETURN(const auto remembered, Recall(transaction, upload_.account_id, *key_, now));
      if (remembered) return Replay(*remembered, fingerprint, balance);
    }
    ASSIGN_OR_RETURN(const bool is_ours, DropUpload(transaction, upload_.job_id));
    if (!is_ours) return Fail(ErrorCode::kBusy, "the upload's lease ran out", "The upload took too long.");
    return Accept(transaction, fingerprint, balance, now);
  }

  static Result<Accepted> Replay(const Remembered& remembered, const std::string& fingerprint,
                                 ledger::Credits balance) {
    if (remembered.fingerprint != fingerprint) {
      return Fail(ErrorCode::kIdempotencyMismatch, "another request under a remembered key",
                  "This Idempotency-Key was used for other images or options.");
    }
    return Accepted{remembered.job_id, remembered.count, true, 0, balance};
  }

  Result<Accepted> Accept(Transaction& transaction, const std::string& fingerprint, ledger::Credits balance,
                          Timestamp now) {
    const int count = static_cast<int>(received_.files.size());
    const ledger::Credits price = count * CreditsPerImage(received_.wishes.task);
    if (Status covered = ledger::CheckCovers(balance, price); !covered) {
      shortfall_ = Shortfall{balance, price};
      return tl::unexpected<Error>(covered.error());
    }
    TRY(Admit(transaction, settings_, received_.TotalLoad(), now, retry_after_));
    if (price > 0) {
      ASSIGN_OR_RETURN(balance, ledger::Charge(transaction, upload_.account_id, price, upload_.job_id, now));
    }
    TRY(InsertJob(transaction, upload_, received_, now, now + settings_.keep));
    if (key_) {
      TRY(Remember(transaction, upload_.account_id, *key_, {fingerprint, upload_.job_id, count},
                   now + settings_.idempotency_keep, now));
    }
    return Accepted{upload_.job_id, count, false, price, balance};
  }

  // The files go first: where the disk is full, that makes room for what the database has to write. While the row is
  // there no job is, whatever a failed commit may have left in doubt; without it the sweep looks after the files.
  void GiveUp() {
    const auto has_row =
        database_.Read([&](Transaction& transaction) { return HasUpload(transaction, upload_.job_id); });
    if (!has_row || !*has_row) return;
    if (Status deleted = blobs_.DeleteFolder(upload_.job_id); !deleted) {
      log::Warn("upload {} leaves files to the sweep: {}", upload_.job_id, deleted.error().message);
    }
    const auto dropped =
        database_.Write([&](Transaction& transaction) { return DropUpload(transaction, upload_.job_id); });
    if (!dropped) log::Warn("upload {} leaves its row to the sweep: {}", upload_.job_id, dropped.error().message);
  }

  store::Database& database_;
  store::Blobs& blobs_;
  const Clock& clock_;
  const SubmitSettings settings_;
  const Upload upload_;
  const std::optional<std::string> key_;
  Received received_;
  std::vector<ReceivedFile>* current_ = nullptr;  // to whose last the writer belongs
  std::unique_ptr<store::BlobWriter> writer_;     // while a file, mask or template is being received
  std::vector<std::uint8_t> head_;                // its first bytes
  Sha256 sha256_;
  Timestamp renewed_at_;
  std::optional<Shortfall> shortfall_;
  std::optional<std::chrono::seconds> retry_after_;
  bool accepted_ = false;
};

}  // namespace

Submitter::Submitter(store::Database& database, store::Blobs& blobs, const Clock& clock, SubmitSettings settings)
    : database_(database), blobs_(blobs), clock_(clock), settings_(std::move(settings)) {}

Result<std::unique_ptr<Submission>> Submitter::Begin(std::string_view account_id,
                                                     std::optional<std::string> idempotency_key, Task task) {
  if (idempotency_key && !IsIdempotencyKey(*idempotency_key)) {
    return Fail(ErrorCode::kBadRequest, "malformed Idempotency-Key",
                "An Idempotency-Key has 1 to 255 visible ASCII characters.");
  }
  const Timestamp now = clock_.Now();
  Upload upload{store::RandomId(), std::string(account_id), idempotency_key};
  const auto claim = [&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto balance, ledger::Balance(transaction, account_id));
    if (!idempotency_key) TRY(ledger::CheckCovers(balance, CreditsPerImage(task)));
    std::optional<Remembered> remembered;
    if (idempotency_key) {
      ASSIGN_OR_RETURN(remembered, Recall(transaction, account_id, *idempotency_key, now));
    }
    // A replay changes nothing, so any number of them may come at once and however full the queue is.
    if (remembered) upload.idempotency_key.reset();
    TRY(ClaimUpload(transaction, upload, now + settings_.upload_lease, now));
    std::optional<std::chrono::seconds> retry_after;  // where it is wanted, RetryAfter reads it again
    return remembered ? Status() : Admit(transaction, settings_, {.images = 1}, now, retry_after);
  };
  TRY(database_.Write(claim));
  return std::unique_ptr<Submission>(
      new SubmissionImpl(database_, blobs_, clock_, settings_, std::move(upload), std::move(idempotency_key), task));
}

std::chrono::seconds Submitter::RetryAfter() const {
  const auto wait = database_.Read(
      [&](Transaction& transaction) { return WaitFor(transaction, settings_, {.images = 1}, clock_.Now()); });
  return wait && *wait ? **wait : kBusyRetryAfter;
}

}  // namespace removr::job
