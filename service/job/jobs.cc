#include "service/job/jobs.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "service/job/naming.h"
#include "service/job/queue.h"
#include "service/store/random_id.h"

namespace removr::job {
namespace {

using store::Row;
using store::Transaction;

std::optional<ErrorCode> ParseError(const std::string& name) {
  using enum ErrorCode;
  for (const ErrorCode code : {kUnsupportedFormat, kCorruptImage, kTooManyPixels, kAnimated, kMaskMismatch, kTimeout}) {
    if (Name(code) == name) return code;
  }
  return kEngineFailure;
}

Format ParseFormat(const std::string& name) {
  for (const Format format : {Format::kPng, Format::kWebp}) {
    if (Name(format) == name) return format;
  }
  return Format::kJpeg;
}

constexpr const char* kImageColumns =
    "image_index, image_id, filename, state, credit_refunded, error, verdict, format, width, height, changed_fraction, "
    "findings, result_sha256, result_bytes, receipt, original_sha256, original_format, result_blob, result_mask_blob";

ImageView ReadImage(const Row& row) {
  ImageView image;
  image.index = static_cast<int>(row.Int(0));
  image.id = row.Text(1);
  image.filename = row.Text(2);
  image.ok = row.Text(3) == Name(ImageState::kDone);
  image.credit_refunded = row.Int(4) != 0;
  if (!image.ok) {
    image.error = ParseError(row.Text(5));
    return image;
  }
  image.verdict = ParseVerdict(row.Text(6)).value_or(Verdict::kResidual);
  image.format = ParseFormat(row.Text(7));
  image.width = static_cast<int>(row.Int(8));
  image.height = static_cast<int>(row.Int(9));
  image.changed_fraction = row.Real(10);
  image.findings_json = row.Text(11);
  image.sha256 = row.Text(12);
  image.size_bytes = row.Int(13);
  image.receipt_json = row.Text(14);
  image.original_sha256 = row.Text(15);
  if (!row.IsNull(16)) image.original_filename = OriginalFilename(image.id, ParseFormat(row.Text(16)));
  if (!row.Text(17).empty()) image.result_filename = ResultFilename(image.id, image.format);
  if (!row.Text(18).empty()) image.mask_filename = MaskFilename(image.id);
  return image;
}

constexpr const char* kJobColumns = "state, total, completed, created_ms, expires_ms, files_deleted_ms, task, id";

bool AreFilesGone(const Row& job, Timestamp now) { return !job.IsNull(5) || Timestamp{job.Int(4)} <= now; }

JobView ReadJob(const Row& row, Timestamp now) {
  JobView job;
  job.state = row.Text(0) == Name(JobState::kDone) ? JobState::kDone : JobState::kProcessing;
  job.total = static_cast<int>(row.Int(1));
  job.completed = static_cast<int>(row.Int(2));
  job.created_at = {row.Int(3)};
  job.expires_at = {row.Int(4)};
  job.files_gone = AreFilesGone(row, now);
  job.task = ParseTask(row.Text(6));
  job.id = row.Text(7);
  return job;
}

Result<Row> FindJobRow(Transaction& transaction, std::string_view account_id, std::string_view job_id) {
  ASSIGN_OR_RETURN(auto row, transaction.QueryOne(std::string("SELECT ") + kJobColumns +
                                                      " FROM jobs WHERE id = :id AND account_id = :account "
                                                      "AND deleted_ms IS NULL",
                                                  {std::string(job_id), std::string(account_id)}));
  if (!row) return Fail(ErrorCode::kNotFound, "no job " + std::string(job_id), "There is no such job.");
  return std::move(*row);
}

// The finished ones.
Status ReadImages(Transaction& transaction, JobView& job) {
  ASSIGN_OR_RETURN(const auto images,
                   transaction.Query(std::string("SELECT ") + kImageColumns +
                                         " FROM images WHERE job_id = :job AND state IN ('done', 'failed') "
                                         "ORDER BY image_index",
                                     {job.id}));
  std::transform(images.begin(), images.end(), std::back_inserter(job.images), ReadImage);
  return {};
}

auto Expired() { return Fail(ErrorCode::kGone, "expired", "The job's files have expired."); }

// What FindFile looks through for each finished image: its files, and the blobs that hold them.
constexpr const char* kFileColumns =
    "image_id, format, result_blob, result_sha256, result_bytes, result_mask_blob, result_mask_sha256, "
    "result_mask_bytes, original_format, original_blob, original_sha256, original_bytes";

std::vector<FileView> FilesOf(const Row& image, Timestamp expires_at) {
  const std::string& id = image.Text(0);
  const Format format = ParseFormat(image.Text(1)), original_format = ParseFormat(image.Text(8));
  std::vector<FileView> files;
  const auto add = [&](const std::string& name, Format of, std::size_t blob_column) {
    if (image.Text(blob_column).empty()) return;
    files.push_back(
        {image.Text(blob_column), name, of, image.Text(blob_column + 1), image.Int(blob_column + 2), expires_at});
  };
  add(ResultFilename(id, format), format, 2);
  add(MaskFilename(id), Format::kPng, 5);
  if (!image.IsNull(8)) add(OriginalFilename(id, original_format), original_format, 9);
  return files;
}

}  // namespace

Result<JobView> FindJob(Transaction& transaction, std::string_view account_id, std::string_view job_id, Timestamp now) {
  ASSIGN_OR_RETURN(const Row row, FindJobRow(transaction, account_id, job_id));
  JobView job = ReadJob(row, now);
  TRY(ReadImages(transaction, job));
  return job;
}

std::string Cursor(const JobView& job) { return std::to_string(job.created_at.unix_ms) + "-" + job.id; }

Result<std::vector<JobView>> ListJobs(Transaction& transaction, std::string_view account_id, std::string_view after,
                                      int limit, Timestamp now) {
  constexpr int kLimitMax = 200;
  std::int64_t before_ms = std::numeric_limits<std::int64_t>::max();
  std::string before_id;
  if (!after.empty()) {
    const std::size_t dash = after.find('-');
    const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), before_ms);
    if (error != std::errc() || end != after.data() + dash || !store::IsId(after.substr(dash + 1))) {
      return Fail(ErrorCode::kBadRequest, "malformed cursor", "This is no cursor of this list.");
    }
    before_id = after.substr(dash + 1);
  }
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query(std::string("SELECT ") + kJobColumns +
                                         " FROM jobs WHERE account_id = :account AND deleted_ms IS NULL "
                                         "AND (created_ms < :before OR (created_ms = :same AND id < :id)) "
                                         "ORDER BY created_ms DESC, id DESC LIMIT :limit",
                                     {std::string(account_id), before_ms, before_ms, before_id,
                                      std::int64_t{std::clamp(limit, 1, kLimitMax)}}));
  std::vector<JobView> jobs;
  for (const Row& row : rows) {
    jobs.push_back(ReadJob(row, now));
    TRY(ReadImages(transaction, jobs.back()));
  }
  return jobs;
}

Status DeleteJob(Transaction& transaction, std::string_view account_id, std::string_view job_id, Timestamp now) {
  TRY(FindJobRow(transaction, account_id, job_id));
  TRY(CancelJob(transaction, job_id, now));
  TRY(
      transaction.Execute("UPDATE jobs SET deleted_ms = :now, files_deleted_ms = coalesce(files_deleted_ms, :now_too) "
                          "WHERE id = :id",
                          {now.unix_ms, now.unix_ms, std::string(job_id)}));
  return {};
}

Result<FileView> FindFile(Transaction& transaction, std::string_view account_id, std::string_view job_id,
                          std::string_view name, Timestamp now) {
  ASSIGN_OR_RETURN(const Row job, FindJobRow(transaction, account_id, job_id));
  ASSIGN_OR_RETURN(const auto images, transaction.Query(std::string("SELECT ") + kFileColumns +
                                                            " FROM images WHERE job_id = :job AND state = 'done'",
                                                        {std::string(job_id)}));
  for (const Row& image : images) {
    for (FileView& file : FilesOf(image, {job.Int(4)})) {
      if (file.filename != name) continue;
      if (AreFilesGone(job, now)) return Expired();
      return std::move(file);
    }
  }
  return Fail(ErrorCode::kNotFound, "no such file of job " + std::string(job_id), "There is no such file.");
}

Result<std::vector<FileView>> FindResults(Transaction& transaction, std::string_view account_id,
                                          std::string_view job_id, Timestamp now) {
  ASSIGN_OR_RETURN(const Row job, FindJobRow(transaction, account_id, job_id));
  if (AreFilesGone(job, now)) return Expired();
  ASSIGN_OR_RETURN(const auto images,
                   transaction.Query(std::string("SELECT ") + kFileColumns +
                                         " FROM images WHERE job_id = :job AND state = 'done' AND result_blob <> '' "
                                         "ORDER BY image_index",
                                     {std::string(job_id)}));
  std::vector<FileView> files;
  for (const Row& image : images) files.push_back(FilesOf(image, {job.Int(4)}).front());
  return files;
}

Result<QueueDepth> ReadQueueDepth(Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto row, transaction.QueryOne("SELECT (SELECT count(*) FROM images WHERE state = 'waiting'),"
                                                        " (SELECT count(*) FROM images WHERE state = 'working')"));
  return QueueDepth{static_cast<int>(row->Int(0)), static_cast<int>(row->Int(1))};
}

std::chrono::seconds PollInterval(const JobView& job) {
  // An image takes about a second, and a client that waits for many gains nothing by asking as often.
  return std::chrono::seconds(std::clamp((job.total - job.completed) / 4, 1, 10));
}

}  // namespace removr::job
