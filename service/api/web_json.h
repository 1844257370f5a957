// The JSON that only the web app reads (docs/web-api.md). Boost.JSON stays in web_json.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "service/account/account.h"
#include "service/account/key.h"
#include "service/account/plan.h"
#include "service/job/failures.h"
#include "service/job/jobs.h"
#include "service/job/workers.h"
#include "service/ledger/ledger.h"
#include "service/store/blobs.h"

namespace removr::api {

// `account` null: signed out.
struct SessionView {
  const account::Account* account = nullptr;
  ledger::Credits balance = 0;
  std::optional<account::Plan> plan = {};  // nullopt where the account's is not defined
  std::string csrf_token = {};
  bool mails_reset_links = false;
  Limits limits;
};
std::string SessionJson(const SessionView& session);

std::string KeysJson(const std::vector<account::Key>& keys);
std::string CreatedKeyJson(const account::CreatedKey& created);

struct OverviewView {
  std::int64_t accounts = 0;
  job::QueueDepth queue;
  std::vector<job::LivingWorker> workers;
  std::optional<store::BlobSpace> space;
  std::string version;
  ledger::Totals totals;
};
std::string OverviewJson(const OverviewView& overview);

struct AccountRow {
  account::Account account;
  ledger::Credits balance = 0;
};
// `next_cursor`: "" at the end.
std::string AccountsJson(const std::vector<AccountRow>& rows, std::string_view next_cursor);

// With the address of each failure's account, "" where it is closed.
std::string FailuresJson(const std::vector<std::pair<job::Failure, std::string>>& failures);

std::string BalanceJson(ledger::Credits balance);

}  // namespace removr::api
