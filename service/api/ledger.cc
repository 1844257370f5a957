// GET /api/v1/account/ledger: where the credits went, newest first.
#include "service/ledger/ledger.h"

#include <optional>
#include <string>

#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/json.h"
#include "service/api/paging.h"
#include "service/http/text.h"

namespace removr::api {

Answer GetLedger(Context& context) {
  ASSIGN_OR_RETURN(const Page page, ReadPage(context.request.query));
  std::optional<std::int64_t> before;
  if (!page.cursor.empty()) {
    constexpr std::size_t kDigitsMax = 18;  // any number of so many fits into std::int64_t
    const auto number = http::ParseDecimal(page.cursor);
    if (!number || page.cursor.size() > kDigitsMax) {
      return Fail(ErrorCode::kBadRequest, "malformed cursor", "This is no cursor of this list.");
    }
    before = static_cast<std::int64_t>(*number);
  }
  const auto list = [&](store::Transaction& transaction) {
    return ledger::Entries(transaction, context.identity.account.id, before, page.limit + 1);
  };
  ASSIGN_OR_RETURN(auto entries, context.services.database.Read(list));
  const bool more = entries.size() > static_cast<std::size_t>(page.limit);
  if (more) entries.pop_back();

  http::Response response;
  response.status = kOk;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("Cache-Control", "no-store");
  response.body =
      LedgerJson(entries, more ? std::optional<std::string>(std::to_string(entries.back().id)) : std::nullopt);
  return response;
}

}  // namespace removr::api
