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

// Likewise an object.
json::object Receipt(std::string_view text) {
  json::error_code failure;
  json::value receipt = json::parse(View(text), failure);
  return failure || !receipt.is_object() ? json::object() : std::move(receipt).as_object();
}

json::value OrNull(const std::optional<std::string>& text) { return text ? json::value(*text) : json::value(nullptr); }

// A refund's reference is "job/image", a charge's the job; others are none of the client's business.
void AddReference(const ledger::Entry& entry, json::object& object) {
  object["jobId"] = nullptr;
  object["imageIndex"] = nullptr;
  if (entry.reason != ledger::Reason::kCharge && entry.reason != ledger::Reason::kRefund) return;
  const std::size_t slash = entry.reference.find('/');
  object["jobId"] = entry.reference.substr(0, slash);
  if (slash == std::string::npos) return;
  if (const auto index = http::ParseDecimal(std::string_view(entry.reference).substr(slash + 1)))
    object["imageIndex"] = *index;
}

json::object ImageObject(const job::JobView& job, const job::ImageView& image, std::string_view root) {
  json::object object;
  object["id"] = image.id;
  object["ok"] = image.ok;
  object["filename"] = image.filename;
  if (image.ok) {
    const auto link = [&](std::string_view name, const std::string& filename) {
      if (!filename.empty()) object[View(name)] = std::string(root) + FilePath(job.id, filename);
    };
    link("url", image.result_filename);
    object["verdict"] = View(Name(image.verdict));
    object["format"] = View(Name(image.format));
    object["width"] = image.width;
    object["height"] = image.height;
    object["changedPixels"] = image.changed_fraction;
    object["findings"] = Findings(image.findings_json);
    if (!image.sha256.empty()) object["sha256"] = image.sha256;
    link("originalUrl", image.original_filename);
    link("maskUrl", image.mask_filename);
    object["originalSha256"] = image.original_sha256;
    for (const auto& member : Receipt(image.receipt_json)) object[member.key()] = member.value();
  } else {
    const ErrorCode code = image.error.value_or(ErrorCode::kEngineFailure);
    object["error"] = View(DefaultPublicText(code));
    object["code"] = View(Name(code));
  }
  object["creditRefunded"] = image.credit_refunded;
  return object;
}

json::object JobObject(const job::JobView& job, std::string_view root) {
  json::object object;
  object["id"] = job.id;
  object["status"] = View(Name(job.state));
  object["total"] = job.total;
  object["completed"] = job.completed;
  object["task"] = View(Name(job.task));
  object["createdAt"] = FormatRfc3339(job.created_at);
  object["expiresAt"] = FormatRfc3339(job.expires_at);
  json::array images;
  for (const job::ImageView& image : job.images) images.push_back(ImageObject(job, image, root));
  object["images"] = std::move(images);
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

std::string JobJson(const job::JobView& job, std::string_view root) { return json::serialize(JobObject(job, root)); }

std::string JobListJson(const std::vector<job::JobView>& jobs, std::string_view root,
                        const std::optional<std::string>& next_cursor) {
  json::array list;
  for (const job::JobView& job : jobs) list.push_back(JobObject(job, root));
  return json::serialize(json::object{{"jobs", std::move(list)}, {"nextCursor", OrNull(next_cursor)}});
}

std::string LedgerJson(const std::vector<ledger::Entry>& entries, const std::optional<std::string>& next_cursor) {
  json::array list;
  for (const ledger::Entry& entry : entries) {
    json::object object;
    object["id"] = std::to_string(entry.id);
    object["createdAt"] = FormatRfc3339(entry.created_at);
    object["amount"] = entry.amount;
    object["reason"] = View(Name(entry.reason));
    AddReference(entry, object);
    object["note"] = entry.note;
    list.push_back(std::move(object));
  }
  return json::serialize(json::object{{"entries", std::move(list)}, {"nextCursor", OrNull(next_cursor)}});
}

std::string AccountJson(const account::Account& account, ledger::Credits balance,
                        const std::optional<account::Plan>& plan) {
  json::object object;
  object["email"] = account.email;
  object["plan"] = account.plan;
  object["balance"] = balance;
  object["renewsAt"] = account.renews_at ? json::value(FormatRfc3339(*account.renews_at)) : json::value(nullptr);
  object["creditsPerMonth"] = plan ? plan->credits_per_month : 0;
  object["price"] = plan ? json::value(plan->price) : json::value(nullptr);
  object["rollsOver"] = plan && plan->rolls_over;
  return json::serialize(object);
}

std::string StatusJson(std::string_view status) { return json::serialize(json::object{{"status", View(status)}}); }

std::string JobPath(std::string_view job_id) { return "/jobs/" + http::PercentEncode(job_id); }

std::string FilePath(std::string_view job_id, std::string_view name) {
  return "/files/" + http::PercentEncode(job_id) + "/" + http::PercentEncode(name);
}

}  // namespace removr::api
