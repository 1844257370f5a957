#include "service/job/jobs.h"

#include <algorithm>

#include "service/job/naming.h"

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
  image.result_filename = ResultFilename(image.id, image.format);
  image.width = static_cast<int>(row.Int(8));
  image.height = static_cast<int>(row.Int(9));
  image.changed_fraction = row.Real(10);
  image.findings_json = row.Text(11);
  image.sha256 = row.Text(12);
  image.size_bytes = row.Int(13);
  return image;
}

bool AreFilesGone(const Row& job, Timestamp now) { return !job.IsNull(5) || Timestamp{job.Int(4)} <= now; }

Result<Row> FindJobRow(Transaction& transaction, std::string_view account_id, std::string_view job_id) {
  ASSIGN_OR_RETURN(auto row,
                   transaction.QueryOne("SELECT state, total, completed, created_ms, expires_ms, files_deleted_ms "
                                        "FROM jobs WHERE id = :id AND account_id = :account",
                                        {std::string(job_id), std::string(account_id)}));
  if (!row) return Fail(ErrorCode::kNotFound, "no job " + std::string(job_id), "There is no such job.");
  return std::move(*row);
}

}  // namespace

Result<JobView> FindJob(Transaction& transaction, std::string_view account_id, std::string_view job_id, Timestamp now) {
  ASSIGN_OR_RETURN(const Row row, FindJobRow(transaction, account_id, job_id));
  JobView job;
  job.id = job_id;
  job.state = row.Text(0) == Name(JobState::kDone) ? JobState::kDone : JobState::kProcessing;
  job.total = static_cast<int>(row.Int(1));
  job.completed = static_cast<int>(row.Int(2));
  job.created_at = {row.Int(3)};
  job.expires_at = {row.Int(4)};
  job.files_gone = AreFilesGone(row, now);
  ASSIGN_OR_RETURN(
      const auto images,
      transaction.Query("SELECT image_index, image_id, filename, state, credit_refunded, error, verdict, format, "
                        "width, height, changed_fraction, findings, result_sha256, result_bytes FROM images "
                        "WHERE job_id = :job AND state IN ('done', 'failed') ORDER BY image_index",
                        {std::string(job_id)}));
  std::transform(images.begin(), images.end(), std::back_inserter(job.images), ReadImage);
  return job;
}

Result<FileView> FindFile(Transaction& transaction, std::string_view account_id, std::string_view job_id,
                          std::string_view name, Timestamp now) {
  ASSIGN_OR_RETURN(const Row job, FindJobRow(transaction, account_id, job_id));
  ASSIGN_OR_RETURN(const auto images,
                   transaction.Query("SELECT image_id, format, result_blob, result_sha256, result_bytes FROM images "
                                     "WHERE job_id = :job AND state = 'done'",
                                     {std::string(job_id)}));
  for (const Row& image : images) {
    const Format format = ParseFormat(image.Text(1));
    if (ResultFilename(image.Text(0), format) != name) continue;
    if (AreFilesGone(job, now)) return Fail(ErrorCode::kGone, "expired", "The job's files have expired.");
    return FileView{image.Text(2), std::string(name), format, image.Text(3), image.Int(4), {job.Int(4)}};
  }
  return Fail(ErrorCode::kNotFound, "no such file of job " + std::string(job_id), "There is no such file.");
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
