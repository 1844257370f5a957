// Reading jobs, for the API: one job with its images, and the file of one image. An account sees its own jobs alone;
// another's is kNotFound, as one that never was.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/probe.h"
#include "base/result.h"
#include "service/job/processor.h"
#include "service/job/states.h"
#include "service/job/wishes.h"
#include "service/store/database.h"

namespace removr::job {

// A finished image. What stands below `error` is known only where `ok`.
struct ImageView {
  int index = 0;
  std::string id;        // "holiday-0"
  std::string filename;  // as sent, made valid (naming.h)
  bool ok = false;
  bool credit_refunded = false;
  std::optional<ErrorCode> error;  // where not ok
  std::string result_filename;     // "holiday-0-clean.jpg"; "" where there is no cleaned file (kDetect)
  Verdict verdict = Verdict::kNoOverlayFound;
  Format format = Format::kJpeg;
  int width = 0, height = 0;
  double changed_fraction = 0;
  std::string findings_json;  // a JSON array
  std::string receipt_json;   // a JSON object (processor.h); "" for images of older versions
  std::string sha256;         // of the result, 64 hex digits
  std::int64_t size_bytes = 0;
  std::string original_sha256;
  std::string mask_filename;      // "holiday-0-mask.png"; "" where there is none
  std::string original_filename;  // "holiday-0-original.jpg"; "" where it is unknown (older versions)
};

struct JobView {
  std::string id;
  Task task = Task::kRemove;
  JobState state = JobState::kProcessing;
  int total = 0;
  int completed = 0;
  Timestamp created_at;
  Timestamp expires_at;           // when the files go
  bool files_gone = false;        // they have expired
  std::vector<ImageView> images;  // the finished ones, in the order in which they were sent
};

// kNotFound.
Result<JobView> FindJob(store::Transaction& transaction, std::string_view account_id, std::string_view job_id,
                        Timestamp now);

// Up to `limit` (1 to 200) jobs of the account, newest first, behind `after` (what Cursor made of
// the last one seen; "" begins with the newest). kBadRequest where that is no cursor.
Result<std::vector<JobView>> ListJobs(store::Transaction& transaction, std::string_view account_id,
                                      std::string_view after, int limit, Timestamp now);
std::string Cursor(const JobView& job);

// Deletes the job: it is kNotFound from then on. What is unfinished is cancelled, and refunded where no engine had
// begun on it. Its files are the caller's to remove (the folder of its id), after the commit. kNotFound.
Status DeleteJob(store::Transaction& transaction, std::string_view account_id, std::string_view job_id, Timestamp now);

// A file of a job, result, mask or original: open `blob` for its bytes.
struct FileView {
  std::string blob;
  std::string filename;  // as asked for
  Format format = Format::kJpeg;
  std::string sha256;  // 64 hex digits: a strong ETag
  std::int64_t size_bytes = 0;
  Timestamp expires_at;
};

// The file of a job by the result_filename, mask_filename or original_filename of a finished image. kNotFound where the
// job has no such one, kGone where the job's files have expired (only for names that were there).
Result<FileView> FindFile(store::Transaction& transaction, std::string_view account_id, std::string_view job_id,
                          std::string_view name, Timestamp now);

// The cleaned files of a job, in the images' order; those finished so far. kNotFound, kGone.
Result<std::vector<FileView>> FindResults(store::Transaction& transaction, std::string_view account_id,
                                          std::string_view job_id, Timestamp now);

struct QueueDepth {
  int waiting = 0;
  int working = 0;
};
Result<QueueDepth> ReadQueueDepth(store::Transaction& transaction);

// A sensible wait before asking for this job again.
std::chrono::seconds PollInterval(const JobView& job);

}  // namespace removr::job
