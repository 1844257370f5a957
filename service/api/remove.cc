// POST /api/v1/remove: the parts of a form go straight into a submission while they arrive.
#include <string>
#include <utility>

#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/idempotency_key.h"
#include "service/api/json.h"
#include "service/http/multipart.h"

namespace removr::api {
namespace {

using http::MultipartParser;

constexpr std::string_view kFilesField = "files";

// A part's header, boundaries and line ends, at most.
constexpr std::int64_t kOverheadPerFileBytes = 9 * 1024;

// A body announced to be larger than all files together may be holds a file that is too large, or too many of them.
Status CheckAnnouncedSize(const http::Request& request, const Limits& limits) {
  const auto body_max = static_cast<std::uint64_t>(limits.files_max * (limits.file_max_bytes + kOverheadPerFileBytes)) +
                        MultipartParser::kPreambleMaxBytes + MultipartParser::kEpilogueMaxBytes;
  if (request.content_length.value_or(0) <= body_max) return {};
  return Fail(ErrorCode::kFileTooLarge, "announced body of " + std::to_string(*request.content_length) + " bytes",
              "The request is larger than any it may be.");
}

Status CheckField(std::string_view name) {
  if (name == kFilesField) return {};
  return Fail(ErrorCode::kBadRequest, "unknown field " + std::string(name),
              "There is no field `" + std::string(name) + "` here. Images are sent as `files`.");
}

// What one event of the form means for the submission.
Status Act(MultipartParser::Event event, const MultipartParser& form, job::Submission& submission) {
  switch (event) {
    case MultipartParser::Event::kPart:
      TRY(CheckField(form.part().name));
      return submission.BeginFile(form.part().filename.value_or(""));
    case MultipartParser::Event::kData: return submission.Append(form.data());
    case MultipartParser::Event::kPartEnd: return submission.EndFile();
    case MultipartParser::Event::kNeedMore:
    case MultipartParser::Event::kEnd: break;
  }
  return {};
}

// Reads the body to its end.
Status Receive(http::BodyReader& body, MultipartParser form, job::Submission& submission) {
  while (true) {
    ASSIGN_OR_RETURN(const auto piece, body.Next());
    if (piece.empty()) return form.Finish();
    form.Feed(piece);
    auto event = MultipartParser::Event::kPart;
    while (event != MultipartParser::Event::kNeedMore && event != MultipartParser::Event::kEnd) {
      ASSIGN_OR_RETURN(event, form.Next());
      TRY(Act(event, form, submission));
    }
  }
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

}  // namespace

Answer Remove(Context& context) {
  const http::Request& request = context.request;
  job::Submitter& submitter = context.services.submitter;
  ASSIGN_OR_RETURN(MultipartParser form, MultipartParser::Create(request.headers.Find("Content-Type").value_or("")));
  ASSIGN_OR_RETURN(auto key, ReadIdempotencyKey(request.headers));
  TRY(CheckAnnouncedSize(request, submitter.settings().limits));

  auto submission = submitter.Begin(context.identity.account.id, std::move(key));
  if (!submission && submission.error().code == ErrorCode::kInsufficientCredits) {
    return ToResponse(submission.error(), job::Shortfall{.balance = 0, .required = 1});
  }
  if (!submission) return tl::unexpected<Error>(submission.error());
  TRY(Receive(context.body, std::move(form), **submission));

  const auto accepted = (*submission)->Finish("");
  if (!accepted) return ToResponse(accepted.error(), (*submission)->shortfall());
  return AcceptedResponse(*accepted, context.door);
}

}  // namespace removr::api
