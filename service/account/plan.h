// Plans: so many credits a month, for a price that people are shown. The operator defines them (the configuration
// file's [plans.NAME]); the database holds what was defined last, so that every program knows the same.
//
// An account's months begin when it came to its plan, and renew on that day: of the 31st, on the last day of shorter
// months. Each renewal is a grant in the ledger, whose reference names account, plan and day, so it happens once,
// whatever is repeated, and late where no server ran. Credits of a plan are the first to be spent; those that are left
// at the month's end lapse, unless they roll over. Credits that came in other ways stay.
//
// All functions work in the caller's transaction; besides what they name they may return Transaction's errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/ledger/rules.h"
#include "service/store/database.h"

namespace removr::account {

struct Plan {
  std::string name;  // 1 to 40 of a-z, 0-9, '-', '_'
  ledger::Credits credits_per_month = 0;
  std::string price = {};  // for people: "9 EUR a month"
  bool rolls_over = false;
  std::optional<int> requests_per_minute = {};  // nullopt: the server's own; 0: any number
};

// kBadRequest, with a public text, for a name of another form.
Status CheckPlanName(std::string_view name);

// From now on there are these plans and no others. Accounts on one that is gone stay on it, and are granted nothing.
Status DefinePlans(store::Transaction& transaction, const std::vector<Plan>& plans);

// By name.
Result<std::vector<Plan>> ListPlans(store::Transaction& transaction);

// nullopt where no plan of that name is defined.
Result<std::optional<Plan>> FindPlan(store::Transaction& transaction, std::string_view name);

// Puts an open account on a plan and grants its first month; the credits in hand stay. On the plan that it has it does
// nothing. kNotFound for the account; kBadRequest, with a public text, where there is no such plan (kDefaultPlan is
// always there).
Status SetPlan(store::Transaction& transaction, std::string_view account_id, std::string_view plan, Timestamp now);

// Begins the months of a new account on its plan; SetPlan and account::Create do so.
Status StartPlan(store::Transaction& transaction, std::string_view account_id, Timestamp now);

// Up to `limit` accounts whose renewal is due, or whose plan has come to renew.
Result<std::vector<std::string>> DueForRenewal(store::Transaction& transaction, Timestamp now, int limit);

// Renews one of them, once for each month that has begun meanwhile. Nothing where it is not due.
Status Renew(store::Transaction& transaction, std::string_view account_id, Timestamp now);

// All that are due, each in a transaction of its own; returns how many. Safe in several programs at once.
Result<int> RenewAll(store::Database& database, Timestamp now);

// The same day and time `months` later, in UTC; the month's last day where it has no such day. Pure.
Timestamp AddMonths(Timestamp time, int months);

}  // namespace removr::account
