// GET /api/v1/jobs/:job
#include "service/job/jobs.h"

#include <string>

#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/json.h"

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

}  // namespace removr::api
