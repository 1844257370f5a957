#include "service/api/json.h"

#include <boost/json.hpp>

#include "base/clock.h"
#include "base/probe.h"
#include "service/http/text.h"

namespace removr::api {
namespace {

namespace json = boost::json;

json::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// Kept as text by the job; an array that does not parse is left out rather than sent broken.
json::value Findings(std::string_view text) {
  json::error_code failure;
  json::value findings = json::parse(View(text), failure);
  return failure || !findings.is_array() ? json::value(json::array()) : findings;
}

json::object ImageObject(const job::JobView& job, const job::ImageView& image, std::string_view root) {
  json::object object;
  object["id"] = image.id;
  object["ok"] = image.ok;
  object["filename"] = image.filename;
  if (image.ok) {
    object["url"] = std::string(root) + FilePath(job.id, image.result_filename);
    object["verdict"] = View(Name(image.verdict));
    object["format"] = View(Name(image.format));
    object["width"] = image.width;
    object["height"] = image.height;
    object["changedPixels"] = image.changed_fraction;
    object["findings"] = Findings(image.findings_json);
    object["sha256"] = image.sha256;
  } else {
    const ErrorCode code = image.error.value_or(ErrorCode::kEngineFailure);
    object["error"] = View(DefaultPublicText(code));
    object["code"] = View(Name(code));
  }
  object["creditRefunded"] = image.credit_refunded;
  return object;
}

}  // namespace

std::string ProblemJson(const ProblemView& problem) {
  json::object object;
  object["type"] = "about:blank";
  object["title"] = View(problem.title);
  object["status"] = problem.status;
  object["detail"] = View(problem.text);
  object["code"] = View(problem.code);
  object["error"] = View(problem.text);
  if (problem.shortfall) {
    object["balance"] = problem.shortfall->balance;
    object["required"] = problem.shortfall->required;
  }
  return json::serialize(object);
}

std::string AcceptedJson(const job::Accepted& accepted) {
  json::object object;
  object["jobId"] = accepted.job_id;
  object["count"] = accepted.count;
  object["status"] = View(Name(job::JobState::kProcessing));
  return json::serialize(object);
}

std::string ImageJson(const job::JobView& job, const job::ImageView& image, std::string_view root) {
  return json::serialize(ImageObject(job, image, root));
}

std::string JobJson(const job::JobView& job, std::string_view root) {
  json::object object;
  object["id"] = job.id;
  object["status"] = View(Name(job.state));
  object["total"] = job.total;
  object["completed"] = job.completed;
  object["createdAt"] = FormatRfc3339(job.created_at);
  object["expiresAt"] = FormatRfc3339(job.expires_at);
  json::array images;
  for (const job::ImageView& image : job.images) images.push_back(ImageObject(job, image, root));
  object["images"] = std::move(images);
  return json::serialize(object);
}

std::string AccountJson(const account::Account& account, ledger::Credits balance) {
  json::object object;
  object["email"] = account.email;
  object["plan"] = account.plan;
  object["balance"] = balance;
  object["renewsAt"] = account.renews_at ? json::value(FormatRfc3339(*account.renews_at)) : json::value(nullptr);
  return json::serialize(object);
}

std::string StatusJson(std::string_view status) { return json::serialize(json::object{{"status", View(status)}}); }

std::string JobPath(std::string_view job_id) { return "/jobs/" + http::PercentEncode(job_id); }

std::string FilePath(std::string_view job_id, std::string_view name) {
  return "/files/" + http::PercentEncode(job_id) + "/" + http::PercentEncode(name);
}

}  // namespace removr::api
