#include "service/job/queue.h"

#include <sys/wait.h>

#include <csignal>

#include "service/job/counters.h"
#include "service/ledger/ledger.h"

namespace removr::job {
namespace {

using store::Row;
using store::Rows;
using store::Transaction;

// How many images one claim takes back from dead workers; the next one goes on.
constexpr std::int64_t kTakenBackAtOnce = 100;

struct StoredImage {
  std::string job_id;
  int index = 0;
  std::string account_id;
  ImageProgress progress;
  std::int64_t token = 0;
  bool engine_started = false;
  bool charged = true;  // a credit was taken for it
};

constexpr const char* kColumns =
    "job_id, image_index, account_id, state, tries, losses, lease_token, engine_started_ms, credits";

StoredImage ReadImage(const Row& row) {
  const auto state = ParseImageState(row.Text(3)).value_or(ImageState::kFailed);
  return {row.Text(0),    static_cast<int>(row.Int(1)),
          row.Text(2),    {state, static_cast<int>(row.Int(4)), static_cast<int>(row.Int(5))},
          row.Int(6),     !row.IsNull(7),
          row.Int(8) != 0};
}

Result<StoredImage> FindLeased(Transaction& transaction, const Lease& lease) {
  ASSIGN_OR_RETURN(const auto row, transaction.QueryOne(std::string("SELECT ") + kColumns +
                                                            " FROM images WHERE job_id = :job AND image_index = :index",
                                                        {lease.job_id, std::int64_t{lease.index}}));
  if (!row) return Fail(ErrorCode::kConflict, "the image is gone");
  StoredImage image = ReadImage(*row);
  if (image.token != lease.token || image.progress.state != ImageState::kWorking) {
    return Fail(ErrorCode::kConflict, "lease " + std::to_string(lease.token) + " of image " + lease.job_id + "/" +
                                          std::to_string(lease.index) + " is over");
  }
  return image;
}

// One image more of its job is finished.
Status CountFinished(Transaction& transaction, const std::string& job_id) {
  ASSIGN_OR_RETURN(const auto row, transaction.QueryOne("SELECT total, completed FROM jobs WHERE id = :id", {job_id}));
  if (!row) return Fail(ErrorCode::kInternal, "an image without its job " + job_id);
  const std::int64_t completed = row->Int(1) + 1;
  const JobState state = StateOf(static_cast<int>(row->Int(0)), static_cast<int>(completed));
  TRY(transaction.Execute("UPDATE jobs SET completed = :completed, state = :state WHERE id = :id",
                          {completed, std::string(Name(state)), job_id}));
  return {};
}

// Writes what states.cc decided: the image, and with it the refund and the job. A result is written by Complete.
Status Write(Transaction& transaction, const StoredImage& image, const Step& step, Timestamp now) {
  const bool is_over = step.next.state == ImageState::kDone || step.next.state == ImageState::kFailed;
  const bool refund = step.refund && image.charged;
  store::Value error, finished;
  if (step.error) error = std::string(Name(*step.error));
  if (is_over) finished = now.unix_ms;
  TRY(transaction.Execute(
      "UPDATE images SET state = :state, tries = :tries, losses = :losses, not_before_ms = :not_before, "
      "lease_worker = NULL, lease_expires_ms = NULL, engine_started_ms = NULL, error = :error, "
      "credit_refunded = :refunded, finished_ms = :finished "
      "WHERE job_id = :job AND image_index = :index",
      {std::string(Name(step.next.state)), std::int64_t{step.next.tries}, std::int64_t{step.next.losses},
       (now + step.delay).unix_ms, error, std::int64_t{refund}, finished, image.job_id, std::int64_t{image.index}}));
  if (refund) {
    const std::string_view why = step.error ? Name(*step.error) : std::string_view("not clean");
    TRY(ledger::Refund(transaction, image.account_id, image.job_id, image.index, why, now));
  }
  if (!is_over) return {};
  TRY(CountOutcome(transaction, image.job_id, image.index));
  return CountFinished(transaction, image.job_id);
}

Status TakeBack(Transaction& transaction, const StoredImage& image, Event event, std::optional<ErrorCode> error,
                Timestamp now) {
  ASSIGN_OR_RETURN(const Step step, Next(image.progress, event, {}, error));
  if (event == Event::kTry) TRY(Count(transaction, kEngineRestarts, Name(error.value_or(ErrorCode::kEngineFailure))));
  return Write(transaction, image, step, now);
}

Status TakeBackExpired(Transaction& transaction, Timestamp now) {
  ASSIGN_OR_RETURN(
      const Rows rows,
      transaction.Query(std::string("SELECT ") + kColumns +
                            " FROM images WHERE state = 'working' AND lease_expires_ms <= :now LIMIT :limit",
                        {now.unix_ms, kTakenBackAtOnce}));
  for (const Row& row : rows) TRY(TakeBack(transaction, ReadImage(row), Event::kLose, {}, now));
  return {};
}

// The account whose turn it is: of those with work, the one served longest ago, new ones first.
Result<std::optional<std::string>> NextAccount(Transaction& transaction, Timestamp now) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne("SELECT w.account_id FROM (SELECT DISTINCT account_id FROM images "
                                        " WHERE state = 'waiting' AND not_before_ms <= :now) AS w "
                                        "LEFT JOIN queue_turns AS t ON t.account_id = w.account_id "
                                        "ORDER BY coalesce(t.turn, 0), w.account_id LIMIT 1",
                                        {now.unix_ms}));
  if (!row) return std::optional<std::string>();
  return std::optional<std::string>(row->Text(0));
}

Status TakeTurn(Transaction& transaction, const std::string& account_id) {
  TRY(
      transaction.Execute("INSERT INTO queue_turns (account_id, turn) "
                          "VALUES (:account, (SELECT coalesce(max(turn), 0) + 1 FROM queue_turns)) "
                          "ON CONFLICT (account_id) DO UPDATE SET turn = excluded.turn",
                          {account_id}));
  return {};
}

Result<Claim> ClaimFirstOf(Transaction& transaction, const std::string& account_id, std::string_view worker_id,
                           std::chrono::milliseconds lease, Timestamp now) {
  ASSIGN_OR_RETURN(const auto row, transaction.QueryOne(std::string("SELECT ") + kColumns +
                                                            ", original_blob, original_bytes, mask_blob, "
                                                            "(SELECT task FROM jobs WHERE id = job_id), "
                                                            "(SELECT choices FROM jobs WHERE id = job_id), "
                                                            "(SELECT template_blob FROM jobs WHERE id = job_id) "
                                                            "FROM images WHERE state = 'waiting' "
                                                            "AND account_id = :account AND not_before_ms <= :now "
                                                            "ORDER BY queued_ms, job_id, image_index LIMIT 1",
                                                        {account_id, now.unix_ms}));
  if (!row) return Fail(ErrorCode::kInternal, "an account with work has none");
  const StoredImage image = ReadImage(*row);
  TRY(Next(image.progress, Event::kClaim));
  const Lease taken{image.job_id, image.index, image.token + 1, now + lease};
  TRY(transaction.Execute(
      "UPDATE images SET state = 'working', lease_token = :token, lease_worker = :worker, "
      "lease_expires_ms = :expires WHERE job_id = :job AND image_index = :index",
      {taken.token, std::string(worker_id), taken.expires_at.unix_ms, taken.job_id, std::int64_t{taken.index}}));
  ASSIGN_OR_RETURN(const Choices choices, ParseChoices(row->Text(13)));
  return Claim{
      taken, account_id, row->Text(9), row->Int(10), row->Text(11), row->Text(14), {ParseTask(row->Text(12)), choices}};
}

Result<Rows> Unfinished(Transaction& transaction, std::string_view job_id) {
  return transaction.Query(
      std::string("SELECT ") + kColumns + " FROM images WHERE job_id = :job AND state IN ('waiting', 'working')",
      {std::string(job_id)});
}

// The event for an image in the hands of a worker that died so.
struct Consequence {
  Event event;
  std::optional<ErrorCode> error;
};
Consequence ConsequenceOf(Death death, bool engine_started) {
  if (death == Death::kStopped) return {Event::kHandBack, {}};
  if (death == Death::kCrashed && engine_started) return {Event::kTry, ErrorCode::kEngineFailure};
  return {Event::kLose, {}};
}

}  // namespace

Result<bool> HasWork(Transaction& transaction, Timestamp now) {
  ASSIGN_OR_RETURN(
      const auto row,
      transaction.QueryOne("SELECT EXISTS (SELECT 1 FROM images WHERE state = 'waiting' AND not_before_ms <= :now)"
                           " OR EXISTS (SELECT 1 FROM images WHERE state = 'working' AND lease_expires_ms <= :late)",
                           {now.unix_ms, now.unix_ms}));
  return row->Int(0) != 0;
}

Result<std::optional<Claim>> ClaimNext(Transaction& transaction, std::string_view worker_id,
                                       std::chrono::milliseconds lease, Timestamp now) {
  TRY(TakeBackExpired(transaction, now));
  ASSIGN_OR_RETURN(const auto account_id, NextAccount(transaction, now));
  if (!account_id) return std::optional<Claim>();
  TRY(TakeTurn(transaction, *account_id));
  ASSIGN_OR_RETURN(Claim claim, ClaimFirstOf(transaction, *account_id, worker_id, lease, now));
  return std::optional<Claim>(std::move(claim));
}

Status Renew(Transaction& transaction, Lease& lease, std::chrono::milliseconds lease_time, Timestamp now) {
  TRY(FindLeased(transaction, lease));
  const Timestamp expires_at = now + lease_time;
  TRY(transaction.Execute("UPDATE images SET lease_expires_ms = :expires WHERE job_id = :job AND image_index = :index",
                          {expires_at.unix_ms, lease.job_id, std::int64_t{lease.index}}));
  lease.expires_at = expires_at;
  return {};
}

Status MarkStarted(Transaction& transaction, const Lease& lease, Timestamp now) {
  TRY(FindLeased(transaction, lease));
  TRY(transaction.Execute("UPDATE images SET engine_started_ms = :now WHERE job_id = :job AND image_index = :index",
                          {now.unix_ms, lease.job_id, std::int64_t{lease.index}}));
  return {};
}

Status Complete(Transaction& transaction, const Lease& lease, const ProcessedImage& image, const Delivered& delivered,
                Timestamp now) {
  ASSIGN_OR_RETURN(const StoredImage stored, FindLeased(transaction, lease));
  ASSIGN_OR_RETURN(const Step step, Next(stored.progress, Event::kComplete, image.verdict));
  TRY(transaction.Execute(
      "UPDATE images SET state = 'done', lease_expires_ms = NULL, verdict = :verdict, format = :format, "
      "width = :width, height = :height, changed_fraction = :changed, findings = :findings, "
      "original_format = :original_format, receipt = :receipt, "
      "result_blob = :blob, result_bytes = :bytes, result_sha256 = :sha256, "
      "result_mask_blob = :mask_blob, result_mask_bytes = :mask_bytes, result_mask_sha256 = :mask_sha256 "
      "WHERE job_id = :job AND image_index = :index",
      {std::string(Name(image.verdict)), std::string(removr::Name(image.format)), std::int64_t{image.width},
       std::int64_t{image.height}, image.changed_fraction, image.findings_json,
       std::string(removr::Name(image.original_format)), image.receipt_json, delivered.blob, delivered.size_bytes,
       delivered.sha256, delivered.mask_blob, delivered.mask_bytes, delivered.mask_sha256, lease.job_id,
       std::int64_t{lease.index}}));
  TRY(transaction.Execute("UPDATE jobs SET stored_bytes = stored_bytes + :more WHERE id = :id",
                          {delivered.size_bytes + delivered.mask_bytes, lease.job_id}));
  return Write(transaction, stored, step, now);
}

Status GiveUp(Transaction& transaction, const Lease& lease, Event event, std::optional<ErrorCode> error,
              Timestamp now) {
  ASSIGN_OR_RETURN(const StoredImage image, FindLeased(transaction, lease));
  return TakeBack(transaction, image, event, error, now);
}

Death DeathFromWaitStatus(int wait_status) {
  if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status) == 0 ? Death::kStopped : Death::kKilled;
  switch (WTERMSIG(wait_status)) {
    case SIGSEGV:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGSYS:
    case SIGTRAP: return Death::kCrashed;
    case SIGTERM:
    case SIGINT:
    case SIGHUP: return Death::kStopped;
    default: return Death::kKilled;
  }
}

std::string_view Name(Death death) {
  switch (death) {
    case Death::kStopped: return "stopped";
    case Death::kCrashed: return "crashed";
    case Death::kKilled: return "killed";
  }
  return "";
}

Status ReportDeath(Transaction& transaction, std::string_view worker_id, Death death, Timestamp now) {
  ASSIGN_OR_RETURN(const Rows rows,
                   transaction.Query(std::string("SELECT ") + kColumns +
                                         " FROM images WHERE state = 'working' AND lease_worker = :worker",
                                     {std::string(worker_id)}));
  TRY(Count(transaction, kWorkerEnds, Name(death)));
  for (const Row& row : rows) {
    const StoredImage image = ReadImage(row);
    const Consequence consequence = ConsequenceOf(death, image.engine_started);
    TRY(TakeBack(transaction, image, consequence.event, consequence.error, now));
  }
  return {};
}

Status CancelJob(Transaction& transaction, std::string_view job_id, Timestamp now) {
  ASSIGN_OR_RETURN(const Rows rows, Unfinished(transaction, job_id));
  for (const Row& row : rows) {
    const StoredImage image = ReadImage(row);
    ASSIGN_OR_RETURN(Step step, Next(image.progress, Event::kCancel));
    step.refund = step.refund && !image.engine_started;
    TRY(Write(transaction, image, step, now));
  }
  return {};
}

Status ExpireJob(Transaction& transaction, std::string_view job_id, Timestamp now) {
  ASSIGN_OR_RETURN(const Rows rows, Unfinished(transaction, job_id));
  for (const Row& row : rows) TRY(TakeBack(transaction, ReadImage(row), Event::kExpire, {}, now));
  return {};
}

}  // namespace removr::job
