// GET /api/v1/account
#include "service/account/account.h"

#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/json.h"
#include "service/ledger/ledger.h"

namespace removr::api {

Answer GetAccount(Context& context) {
  const account::Account& account = context.identity.account;
  ledger::Credits balance = 0;
  std::optional<account::Plan> plan;
  const auto read = [&](store::Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(balance, ledger::Balance(transaction, account.id));
    ASSIGN_OR_RETURN(plan, account::FindPlan(transaction, account.plan));
    return {};
  };
  TRY(context.services.database.Read(read));

  http::Response response;
  response.status = kOk;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("Cache-Control", "no-store");
  response.body = AccountJson(account, balance, plan);
  return response;
}

}  // namespace removr::api
