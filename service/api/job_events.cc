// GET /api/v1/jobs/:job/events: a job as server-sent events (docs/web-api.md, "Events"; the HTML standard,
// section 9.2).
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/json.h"
#include "service/api/web_state.h"
#include "service/job/jobs.h"

namespace removr::api {
namespace {

constexpr std::chrono::seconds kHeartbeatEvery{15};
// EventSource comes back by itself, and is asked for its key or session again then.
constexpr std::chrono::minutes kStreamLasts{10};

// `json` is one line.
std::string Event(std::string_view name, std::string_view json) {
  return "event: " + std::string(name) + "\ndata: " + std::string(json) + "\n\n";
}

class JobEvents final : public http::LiveSource {
 public:
  struct Of {
    std::string account_id, job_id, root;
  };
  JobEvents(Of of, const Services& services, std::unique_ptr<Places::Place> place)
      : of_(std::move(of)), services_(services), place_(std::move(place)), began_(Now()), spoke_(began_) {}

  Result<std::optional<std::string>> Poll() override {
    if (ended_ || Now() - began_ > kStreamLasts) return std::nullopt;
    const auto find = [&](store::Transaction& transaction) {
      return job::FindJob(transaction, of_.account_id, of_.job_id, services_.clock.Now());
    };
    const auto job = services_.database.Read(find);
    if (!job && job.error().code == ErrorCode::kNotFound) return End("gone", "{}");
    if (!job) return tl::unexpected<Error>(job.error());
    Tell(*job);
    if (job->state == job::JobState::kDone) return End("done", JobJson(*job, of_.root));
    if (Now() - spoke_ >= kHeartbeatEvery) Say(":\n\n");
    return std::exchange(news_, {});
  }

 private:
  std::chrono::nanoseconds Now() const { return services_.clock.Monotonic(); }

  void Tell(const job::JobView& job) {
    for (const job::ImageView& image : job.images) {
      if (told_.insert(image.index).second) Say(Event("image", ImageJson(job, image, of_.root)));
    }
  }
  void Say(std::string_view text) {
    news_ += text;
    spoke_ = Now();
  }
  std::string End(std::string_view name, std::string_view json) {
    ended_ = true;
    return std::exchange(news_, {}) + Event(name, json);
  }

  const Of of_;
  const Services services_;
  const std::unique_ptr<Places::Place> place_;
  const std::chrono::nanoseconds began_;
  std::chrono::nanoseconds spoke_;
  std::string news_ = "retry: 2000\n\n";
  std::set<int> told_;  // indices of images
  bool ended_ = false;
};

}  // namespace

Answer GetJobEvents(Context& context) {
  const std::string& account_id = context.identity.account.id;
  const std::string& job_id = context.parameters[0];
  const auto find = [&](store::Transaction& transaction) {
    return job::FindJob(transaction, account_id, job_id, context.services.clock.Now());
  };
  TRY(context.services.database.Read(find));
  auto place = context.state.streams.Take(account_id);
  if (!place) return Fail(ErrorCode::kBusy, "too many event streams", "Too many event streams are open.");

  http::Response response;
  response.status = kOk;
  response.headers.Add("Content-Type", "text/event-stream");
  response.headers.Add("Cache-Control", "no-store");
  response.headers.Add("X-Accel-Buffering", "no");  // a proxy must not collect it
  response.live = std::make_unique<JobEvents>(JobEvents::Of{account_id, job_id, context.Root()}, context.services,
                                              std::move(place));
  return response;
}

}  // namespace removr::api
