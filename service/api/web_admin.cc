// /api/web/admin: what an operator sees and does.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "service/account/account.h"
#include "service/account/secret.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/idempotency_key.h"
#include "service/api/json_body.h"
#include "service/api/paging.h"
#include "service/api/web_json.h"
#include "service/api/web_state.h"
#include "service/job/failures.h"
#include "service/job/jobs.h"
#include "service/job/workers.h"
#include "service/ledger/ledger.h"
#include "service/store/random_id.h"

namespace removr::api {
namespace {

using store::Transaction;

constexpr std::size_t kReasonMaxBytes = 200;

Result<OverviewView> ReadOverview(Transaction& transaction, Timestamp now) {
  OverviewView view;
  ASSIGN_OR_RETURN(view.accounts, account::Count(transaction));
  ASSIGN_OR_RETURN(view.queue, job::ReadQueueDepth(transaction));
  ASSIGN_OR_RETURN(view.workers, job::ListWorkers(transaction, now));
  ASSIGN_OR_RETURN(view.totals, ledger::ReadTotals(transaction));
  return view;
}

}  // namespace

Answer GetOverview(Context& context) {
  const auto read = [&](Transaction& transaction) { return ReadOverview(transaction, context.services.clock.Now()); };
  ASSIGN_OR_RETURN(OverviewView view, context.services.database.Read(read));
  view.version = context.state.version;
  if (const auto space = context.services.blobs.Space()) view.space = *space;
  return JsonResponse(kOk, OverviewJson(view));
}

Answer ListAccounts(Context& context) {
  ASSIGN_OR_RETURN(const Page page, ReadPage(context.request.query));
  const auto list = [&](Transaction& transaction) -> Result<std::vector<AccountRow>> {
    ASSIGN_OR_RETURN(const auto accounts, account::List(transaction, page.cursor, page.limit));
    std::vector<AccountRow> rows;
    for (const account::Account& account : accounts) {
      ASSIGN_OR_RETURN(const ledger::Credits balance, ledger::Balance(transaction, account.id));
      rows.push_back({account, balance});
    }
    return rows;
  };
  ASSIGN_OR_RETURN(const auto rows, context.services.database.Read(list));
  const bool is_full = rows.size() == static_cast<std::size_t>(page.limit);
  return JsonResponse(kOk, AccountsJson(rows, is_full ? rows.back().account.email : ""));
}

Answer GrantCredits(Context& context) {
  ASSIGN_OR_RETURN(const JsonFields body, ReadJsonBody(context.request, context.body, {"amount", "reason"}));
  ASSIGN_OR_RETURN(const std::int64_t amount, body.Number("amount"));
  ASSIGN_OR_RETURN(const std::string reason, body.Text("reason"));
  if (reason.empty() || reason.size() > kReasonMaxBytes) {
    return Fail(ErrorCode::kBadRequest, "a reason of " + std::to_string(reason.size()) + " bytes",
                "A reason has 1 to 200 characters.");
  }
  ASSIGN_OR_RETURN(const auto key, ReadIdempotencyKey(context.request.headers));
  const std::string reference =
      "web/" + (key ? account::Sha256Hex(context.parameters[0] + "/" + *key) : store::RandomId());
  const auto grant = [&](Transaction& transaction) -> Result<ledger::Credits> {
    ASSIGN_OR_RETURN(const account::Account account, account::Find(transaction, context.parameters[0]));
    if (account.closed_at) return Fail(ErrorCode::kNotFound, "the account is closed", "There is no such account.");
    TRY(ledger::Grant(transaction, account.id, amount, reference, reason, context.services.clock.Now()));
    return ledger::Balance(transaction, account.id);
  };
  ASSIGN_OR_RETURN(const ledger::Credits balance, context.services.database.Write(grant));
  return JsonResponse(kOk, BalanceJson(balance));
}

Answer ListFailures(Context& context) {
  ASSIGN_OR_RETURN(const Page page, ReadPage(context.request.query));
  using Row = std::pair<job::Failure, std::string>;
  const auto list = [&](Transaction& transaction) -> Result<std::vector<Row>> {
    ASSIGN_OR_RETURN(const auto failures, job::RecentFailures(transaction, page.limit));
    std::vector<Row> rows;
    for (const job::Failure& failure : failures) {
      const auto account = account::Find(transaction, failure.account_id);
      rows.emplace_back(failure, account ? account->email : "");
    }
    return rows;
  };
  ASSIGN_OR_RETURN(const auto failures, context.services.database.Read(list));
  return JsonResponse(kOk, FailuresJson(failures));
}

}  // namespace removr::api
