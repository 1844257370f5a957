// /api/web/keys: the account's API keys, made, listed and revoked by the person.
#include <algorithm>
#include <string>
#include <vector>

#include "service/account/key.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/json_body.h"
#include "service/api/web_json.h"

namespace removr::api {
namespace {

using store::Transaction;

constexpr std::ptrdiff_t kLivingKeysMax = 100;
constexpr std::size_t kKeysMax = 1000;  // revoked ones included; as many as ListKeys gives

bool IsLiving(const account::Key& key) { return !key.revoked_at; }

Status CheckRoom(Transaction& transaction, std::string_view account_id) {
  ASSIGN_OR_RETURN(const auto keys, account::ListKeys(transaction, account_id));
  if (std::count_if(keys.begin(), keys.end(), IsLiving) < kLivingKeysMax && keys.size() < kKeysMax) return {};
  return Fail(ErrorCode::kConflict, "too many keys", "The account has too many keys. Revoke some first.");
}

}  // namespace

Answer ListKeys(Context& context) {
  const auto list = [&](Transaction& transaction) {
    return account::ListKeys(transaction, context.identity.account.id);
  };
  ASSIGN_OR_RETURN(const auto keys, context.services.database.Read(list));
  return JsonResponse(kOk, KeysJson(keys));
}

Answer CreateKey(Context& context) {
  ASSIGN_OR_RETURN(const JsonFields body, ReadJsonBody(context.request, context.body, {"name"}));
  ASSIGN_OR_RETURN(const std::string name, body.Text("name"));
  const auto create = [&](Transaction& transaction) -> Result<account::CreatedKey> {
    const std::string& account_id = context.identity.account.id;
    TRY(CheckRoom(transaction, account_id));
    return account::CreateKey(transaction, account_id, name, context.services.clock.Now());
  };
  ASSIGN_OR_RETURN(const account::CreatedKey created, context.services.database.Write(create));
  return JsonResponse(kCreated, CreatedKeyJson(created));
}

Answer RevokeKey(Context& context) {
  const auto revoke = [&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto keys, account::ListKeys(transaction, context.identity.account.id));
    const bool is_own = std::any_of(keys.begin(), keys.end(), [&](const account::Key& key) {
      return key.id == context.parameters[0] && IsLiving(key);
    });
    if (!is_own) return Fail(ErrorCode::kNotFound, "no such living key", "There is no such living key.");
    TRY(account::RevokeKey(transaction, context.parameters[0], context.services.clock.Now()));
    return {};
  };
  TRY(context.services.database.Write(revoke));
  http::Response response;
  response.status = kNoContent;
  return response;
}

}  // namespace removr::api
