// GET /api/v1/jobs, GET and DELETE /api/v1/jobs/:job
#include "service/job/jobs.h"

#include <optional>
#include <string>

#include "base/log.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/json.h"
#include "service/api/paging.h"

namespace removr::api {

Answer GetJob(Context& context) {
  const auto find = [&](store::Transaction& transaction) {
    return job::FindJob(transaction, context.identity.account.id, context.parameters[0], context.services.clock.Now());
  };
  ASSIGN_OR_RETURN(const job::JobView job, context.services.database.Read(find));

  http::Response response;
  response.status = kOk;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("Cache-Control", "no-store");
  if (job.state == job::JobState::kProcessing) {
    response.headers.Add("Retry-After", std::to_string(job::PollInterval(job).count()));
  }
  response.body = JobJson(job, context.Root());
  return response;
}

Answer ListJobs(Context& context) {
  ASSIGN_OR_RETURN(const Page page, ReadPage(context.request.query));
  const auto list = [&](store::Transaction& transaction) {
    return job::ListJobs(transaction, context.identity.account.id, page.cursor, page.limit + 1,
                         context.services.clock.Now());
  };
  ASSIGN_OR_RETURN(auto jobs, context.services.database.Read(list));
  const bool more = jobs.size() > static_cast<std::size_t>(page.limit);
  if (more) jobs.pop_back();

  http::Response response;
  response.status = kOk;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("Cache-Control", "no-store");
  response.body =
      JobListJson(jobs, context.Root(), more ? std::optional<std::string>(job::Cursor(jobs.back())) : std::nullopt);
  return response;
}

Answer DeleteJob(Context& context) {
  const std::string& job_id = context.parameters[0];
  TRY(context.services.database.Write([&](store::Transaction& transaction) {
    return job::DeleteJob(transaction, context.identity.account.id, job_id, context.services.clock.Now());
  }));
  // The record says already that the files are gone: what stays behind, the sweep removes.
  if (const Status deleted = context.services.blobs.DeleteFolder(job_id); !deleted) {
    log::Warn("job {} leaves files to the sweep: {}", job_id, deleted.error().message);
  }
  http::Response response;
  response.status = kNoContent;
  return response;
}

}  // namespace removr::api
