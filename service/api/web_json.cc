#include "service/api/web_json.h"

#include <boost/json.hpp>

#include "base/clock.h"
#include "service/account/password.h"

namespace removr::api {
namespace {

namespace json = boost::json;

json::string_view View(std::string_view text) { return {text.data(), text.size()}; }

json::value OptionalTime(const std::optional<Timestamp>& time) {
  return time ? json::value(FormatRfc3339(*time)) : json::value(nullptr);
}

json::value OptionalText(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(View(text));
}

json::value RightsOf(const account::Account& account) {
  if (!account.rights) return nullptr;
  return json::object{{"version", account.rights->version}, {"acceptedAt", FormatRfc3339(account.rights->accepted_at)}};
}

json::value SignedInAccount(const SessionView& session) {
  if (session.account == nullptr) return nullptr;
  const account::Account& account = *session.account;
  return json::object{{"email", account.email},
                      {"plan", account.plan},
                      {"balance", session.balance},
                      {"renewsAt", OptionalTime(account.renews_at)},
                      {"creditsPerMonth", session.plan ? session.plan->credits_per_month : 0},
                      {"price", session.plan ? json::value(session.plan->price) : json::value(nullptr)},
                      {"createdAt", FormatRfc3339(account.created_at)},
                      {"isOperator", account.is_operator},
                      {"rights", RightsOf(account)}};
}

json::object KeyObject(const account::Key& key) {
  return {{"id", key.id},
          {"prefix", key.prefix},
          {"name", key.name},
          {"createdAt", FormatRfc3339(key.created_at)},
          {"lastUsedAt", OptionalTime(key.last_used_at)},
          {"revokedAt", OptionalTime(key.revoked_at)}};
}

}  // namespace

std::string SessionJson(const SessionView& session) {
  return json::serialize(
      json::object{{"account", SignedInAccount(session)},
                   {"csrfToken", OptionalText(session.csrf_token)},
                   {"rights", {{"version", View(account::kRightsVersion)}, {"text", View(account::kRightsStatement)}}},
                   {"mailsResetLinks", session.mails_reset_links},
                   {"limits",
                    {{"filesMax", session.limits.files_max},
                     {"fileMaxBytes", session.limits.file_max_bytes},
                     {"pixelsMax", session.limits.pixels_max},
                     {"passwordMinChars", account::kPasswordMinChars},
                     {"passwordMaxChars", account::kPasswordMaxChars}}}});
}

std::string KeysJson(const std::vector<account::Key>& keys) {
  json::array array;
  for (const account::Key& key : keys) array.push_back(KeyObject(key));
  return json::serialize(json::object{{"keys", std::move(array)}});
}

std::string CreatedKeyJson(const account::CreatedKey& created) {
  return json::serialize(json::object{{"key", KeyObject(created.key)}, {"text", created.text}});
}

std::string OverviewJson(const OverviewView& overview) {
  json::array workers;
  for (const job::LivingWorker& worker : overview.workers) {
    workers.push_back({{"id", worker.id}, {"lastSeenAt", FormatRfc3339(worker.last_seen_at)}});
  }
  json::value disk = nullptr;
  if (overview.space) {
    disk = {{"freeBytes", overview.space->free_bytes}, {"totalBytes", overview.space->total_bytes}};
  }
  return json::serialize(
      json::object{{"version", overview.version},
                   {"accounts", overview.accounts},
                   {"queue", {{"waiting", overview.queue.waiting}, {"working", overview.queue.working}}},
                   {"workers", std::move(workers)},
                   {"disk", std::move(disk)},
                   {"ledger",
                    {{"granted", overview.totals.granted},
                     {"charged", overview.totals.charged},
                     {"refunded", overview.totals.refunded}}}});
}

std::string AccountsJson(const std::vector<AccountRow>& rows, std::string_view next_cursor) {
  json::array accounts;
  for (const auto& [account, balance] : rows) {
    accounts.push_back(
        {{"id", account.id},
         {"email", account.email},
         {"plan", account.plan},
         {"balance", balance},
         {"isOperator", account.is_operator},
         {"hasPassword", account.has_password},
         {"createdAt", FormatRfc3339(account.created_at)},
         {"rightsAcceptedAt", account.rights ? OptionalTime(account.rights->accepted_at) : json::value(nullptr)}});
  }
  return json::serialize(json::object{{"accounts", std::move(accounts)}, {"nextCursor", OptionalText(next_cursor)}});
}

std::string FailuresJson(const std::vector<std::pair<job::Failure, std::string>>& failures) {
  json::array array;
  for (const auto& [failure, email] : failures) {
    array.push_back({{"jobId", failure.job_id},
                     {"imageId", failure.image_id},
                     {"email", OptionalText(email)},
                     {"code", View(Name(failure.error))},
                     {"error", View(DefaultPublicText(failure.error))},
                     {"finishedAt", FormatRfc3339(failure.finished_at)}});
  }
  return json::serialize(json::object{{"failures", std::move(array)}});
}

std::string BalanceJson(ledger::Credits balance) { return json::serialize(json::object{{"balance", balance}}); }

}  // namespace removr::api
