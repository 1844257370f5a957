// GET /healthz: the process answers.  GET /readyz: and what it stands on does too.
#include <array>

#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/json.h"
#include "service/job/workers.h"

namespace removr::api {
namespace {

constexpr std::string_view kProbeBlob = "readyz/probe";

http::Response StatusResponse(std::string_view status) {
  http::Response response;
  response.status = kOk;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("Cache-Control", "no-store");
  response.body = StatusJson(status);
  return response;
}

// It answers that there is no such blob. One that is begun and never committed leaves nothing.
Status CheckStorage(store::Blobs& blobs) {
  static constexpr std::array<std::uint8_t, 1> kByte = {0};
  const auto found = blobs.Open(kProbeBlob);
  if (!found && found.error().code != ErrorCode::kNotFound) return tl::unexpected<Error>(found.error());
  ASSIGN_OR_RETURN(auto writer, blobs.Create(kProbeBlob));
  return writer->Append(kByte);
}

Status CheckWorkers(const Services& services) {
  const auto count = [&](store::Transaction& transaction) {
    return job::CountWorkers(transaction, services.clock.Now());
  };
  ASSIGN_OR_RETURN(const int workers, services.database.Read(count));
  if (workers > 0) return {};
  return Fail(ErrorCode::kBusy, "no worker is alive", "Not ready: no worker is alive.");
}

}  // namespace

Answer GetHealth(Context&) { return StatusResponse("ok"); }

Answer GetReady(Context& context) {
  if (const auto workers = CheckWorkers(context.services); !workers) {
    if (workers.error().code == ErrorCode::kBusy) return ToResponse(workers.error());
    return Fail(ErrorCode::kBusy, workers.error().message, "Not ready: the database does not answer.");
  }
  if (const auto storage = CheckStorage(context.services.blobs); !storage) {
    return Fail(ErrorCode::kBusy, storage.error().message, "Not ready: the storage does not work.");
  }
  return StatusResponse("ready");
}

}  // namespace removr::api
