// GET /api/v1/account
#include "service/account/account.h"

#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/json.h"
#include "service/ledger/ledger.h"

namespace removr::api {

Answer GetAccount(Context& context) {
  const account::Account& account = context.identity.account;
  const auto read = [&](store::Transaction& transaction) { return ledger::Balance(transaction, account.id); };
  ASSIGN_OR_RETURN(const ledger::Credits balance, context.services.database.Read(read));

  http::Response response;
  response.status = kOk;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("Cache-Control", "no-store");
  response.body = AccountJson(account, balance);
  return response;
}

}  // namespace removr::api
