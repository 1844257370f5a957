// POST /api/v1/remove and /api/v1/detect: a form becomes a job.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/form.h"
#include "service/api/idempotency_key.h"
#include "service/api/json.h"
#include "service/api/web_state.h"
#include "service/http/multipart.h"
#include "service/http/text.h"
#include "service/job/jobs.h"

namespace removr::api {
namespace {

using http::MultipartParser;

// A part's header, boundaries and line ends, at most.
constexpr std::int64_t kOverheadPerFileBytes = 9 * 1024;

// A body announced to be larger than all files, their masks and a template together may be holds one that is too large,
// or too many.
Status CheckAnnouncedSize(const http::Request& request, const Limits& limits) {
  const auto body_max =
      static_cast<std::uint64_t>((2 * limits.files_max + 1) * (limits.file_max_bytes + kOverheadPerFileBytes)) +
      MultipartParser::kPreambleMaxBytes + MultipartParser::kEpilogueMaxBytes;
  if (request.content_length.value_or(0) <= body_max) return {};
  return Fail(ErrorCode::kFileTooLarge, "announced body of " + std::to_string(*request.content_length) + " bytes",
              "The request is larger than any it may be.");
}

http::Response AcceptedResponse(const job::Accepted& accepted, Door door) {
  http::Response response;
  response.status = kAccepted;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("Location", std::string(ApiPath(door)) + JobPath(accepted.job_id));
  response.headers.Add("X-Credits-Charged", std::to_string(accepted.charged));
  response.headers.Add("X-Credits-Remaining", std::to_string(accepted.balance));
  if (accepted.replayed) response.headers.Add("Idempotent-Replayed", "true");
  response.body = AcceptedJson(accepted);
  return response;
}

// One of the few that may wait.
class WaitingPlace {
 public:
  static constexpr int kMax = 16;  // of the server's 64 threads
  explicit WaitingPlace(std::atomic<int>& count) : count_(count), granted_(count.fetch_add(1) < kMax) {}
  ~WaitingPlace() { --count_; }
  WaitingPlace(const WaitingPlace&) = delete;
  WaitingPlace& operator=(const WaitingPlace&) = delete;
  bool granted() const { return granted_; }

 private:
  std::atomic<int>& count_;
  const bool granted_;
};

// `Prefer: wait=10` (RFC 7240, section 4.3), at most kWaitMax; 0 where it is not asked for or not understood.
std::chrono::seconds WaitPreference(const http::Headers& headers) {
  constexpr std::uint64_t kWaitMax = 60;
  for (const std::string_view field : headers.FindAll("Prefer")) {
    for (std::string_view rest = field; !rest.empty();) {
      const std::size_t end = std::min(rest.find_first_of(",;"), rest.size());
      const std::string_view preference = http::Trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!http::LowerCase(preference).starts_with("wait=")) continue;
      const auto seconds = http::ParseDecimal(http::Trim(preference.substr(5)));
      return std::chrono::seconds(std::min(seconds.value_or(0), kWaitMax));
    }
  }
  return std::chrono::seconds(0);
}

// Waits for the job's end, holding a thread meanwhile: so few may wait at one time, and others get their 202 at once.
// nullopt where it does not end in time.
std::optional<job::JobView> WaitFor(Context& context, const std::string& job_id, std::chrono::seconds wait) {
  constexpr std::chrono::milliseconds kLookEvery{200};
  const WaitingPlace place(context.state.waiting);
  const Clock& clock = context.services.clock;
  const auto until = clock.Monotonic() + wait;
  while (place.granted() && clock.Monotonic() < until && !context.body.IsStopping()) {
    auto job = context.services.database.Read([&](store::Transaction& transaction) {
      return job::FindJob(transaction, context.identity.account.id, job_id, clock.Now());
    });
    if (!job) return std::nullopt;
    if (job->state == job::JobState::kDone) return std::move(*job);
    std::this_thread::sleep_for(kLookEvery);
  }
  return std::nullopt;
}

// Says when there will be room again.
http::Response Busy(const Error& error, std::chrono::seconds retry_after) {
  http::Response response = ToResponse(error);
  response.headers.Set("Retry-After", std::to_string(retry_after.count()));
  return response;
}

Answer Submit(Context& context, job::Task task) {
  const http::Request& request = context.request;
  job::Submitter& submitter = context.services.submitter;
  ASSIGN_OR_RETURN(MultipartParser form, MultipartParser::Create(request.headers.Find("Content-Type").value_or("")));
  ASSIGN_OR_RETURN(auto key, ReadIdempotencyKey(request.headers));
  TRY(CheckAnnouncedSize(request, submitter.settings().limits));

  ASSIGN_OR_RETURN(const auto body, context.state.quota.Begin(
                                        context.services.database, context.identity.account.id,
                                        static_cast<std::int64_t>(request.content_length.value_or(0)), context.body));
  if (auto refused = body->refusal()) return std::move(*refused);
  auto submission = submitter.Begin(context.identity.account.id, std::move(key), task);
  if (!submission && submission.error().code == ErrorCode::kInsufficientCredits) {
    return ToResponse(submission.error(), job::Shortfall{.balance = 0, .required = 1});
  }
  if (!submission && submission.error().code == ErrorCode::kBusy) {
    return Busy(submission.error(), submitter.RetryAfter());
  }
  if (!submission) return tl::unexpected<Error>(submission.error());
  const auto choices = ReceiveForm(*body, std::move(form), **submission);
  if (auto refused = body->refusal()) return std::move(*refused);
  if (!choices) return tl::unexpected<Error>(choices.error());

  const auto accepted = (*submission)->Finish(*choices);
  if (!accepted && accepted.error().code == ErrorCode::kBusy) {
    return Busy(accepted.error(), (*submission)->retry_after().value_or(job::kBusyRetryAfter));
  }
  if (!accepted) return ToResponse(accepted.error(), (*submission)->shortfall());
  http::Response response = AcceptedResponse(*accepted, context.door);
  const auto wait = WaitPreference(request.headers);
  if (wait.count() == 0) return response;
  if (const auto job = WaitFor(context, accepted->job_id, wait)) {
    response.status = kOk;
    response.headers.Add("Preference-Applied", "wait=" + std::to_string(wait.count()));
    response.body = JobJson(*job, context.Root());
  }
  return response;
}

}  // namespace

Answer Remove(Context& context) { return Submit(context, job::Task::kRemove); }

Answer Detect(Context& context) {
  const auto wait =
      context.state.detections_by_account.Take(context.identity.account.id, context.services.clock.Monotonic());
  if (wait) return RateLimited(std::chrono::ceil<std::chrono::seconds>(*wait));
  return Submit(context, job::Task::kDetect);
}

}  // namespace removr::api
