// GET /api/v1/jobs/:job/archive: all results of a job as one ZIP, put together while it is sent.
#include <string>
#include <utility>
#include <vector>

#include "service/api/blob_source.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/zip.h"
#include "service/http/parameters.h"
#include "service/job/jobs.h"

namespace removr::api {
namespace {

ZipEntry EntryOf(store::Blobs& blobs, const job::FileView& file) {
  const auto open = [&blobs, blob = file.blob]() -> Result<std::unique_ptr<http::BodySource>> {
    ASSIGN_OR_RETURN(auto reader, blobs.Open(blob));
    return std::make_unique<BlobSource>(std::move(reader));
  };
  return {file.filename, static_cast<std::uint64_t>(file.size_bytes), open};
}

}  // namespace

Answer GetArchive(Context& context) {
  const std::string& job_id = context.parameters[0];
  const Timestamp now = context.services.clock.Now();
  const auto find =
      [&](store::Transaction& transaction) -> Result<std::pair<job::JobView, std::vector<job::FileView>>> {
    ASSIGN_OR_RETURN(auto job, job::FindJob(transaction, context.identity.account.id, job_id, now));
    ASSIGN_OR_RETURN(auto files, job::FindResults(transaction, context.identity.account.id, job_id, now));
    return std::pair(std::move(job), std::move(files));
  };
  ASSIGN_OR_RETURN(const auto found, context.services.database.Read(find));
  const auto& [job, files] = found;
  if (job.state != job::JobState::kDone) {
    return Fail(ErrorCode::kConflict, "archive of an unfinished job", "The job is not done yet.");
  }
  std::vector<ZipEntry> entries;
  for (const job::FileView& file : files) entries.push_back(EntryOf(context.services.blobs, file));

  http::Response response;
  response.status = kOk;
  response.headers.Add("Content-Type", "application/zip");
  response.headers.Add("Content-Disposition", http::AttachmentDisposition("removr-" + job_id + ".zip"));
  response.headers.Add("Cache-Control", "private");
  response.headers.Add("X-Content-Type-Options", "nosniff");
  response.source_bytes = ZipBytes(entries);
  response.source = MakeZip(std::move(entries), job.created_at);
  return response;
}

}  // namespace removr::api
