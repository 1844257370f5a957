#include "service/account/plan.h"

#include <algorithm>
#include <chrono>

#include "service/account/account.h"
#include "service/ledger/ledger.h"

namespace removr::account {
namespace {

using store::Row;
using store::Transaction;

constexpr std::size_t kNameMaxBytes = 40;
constexpr int kPlansMax = 1000;
constexpr int kRenewalsAtOnce = 500;
// Of one account in one go: what is more comes next time.
constexpr int kMonthsAtOnce = 24;

constexpr const char* kColumns = "name, credits_per_month, price, rolls_over, requests_per_minute";

Plan ReadPlan(const Row& row) {
  Plan plan{row.Text(0), row.Int(1), row.Text(2), row.Int(3) != 0, std::nullopt};
  if (!row.IsNull(4)) plan.requests_per_minute = static_cast<int>(row.Int(4));
  return plan;
}

Status Set(Transaction& transaction, std::string_view account_id, std::string_view plan, Timestamp since,
           std::optional<Timestamp> renews_at) {
  const store::Value renews = renews_at ? store::Value(renews_at->unix_ms) : store::Value();
  TRY(transaction.Execute(
      "UPDATE accounts SET plan = :plan, plan_since_ms = :since, renews_ms = :renews WHERE id = :id",
      {std::string(plan), since.unix_ms, renews, std::string(account_id)}));
  return {};
}

// Of the month that begins at `begin`.
std::string Reference(const Account& account, Timestamp begin) {
  return "renewal/" + account.id + "/" + account.plan + "/" + FormatRfc3339(begin).substr(0, 10);
}

Status GrantMonth(Transaction& transaction, const Account& account, const Plan& plan, Timestamp begin, Timestamp now) {
  TRY(ledger::Grant(transaction, account.id, plan.credits_per_month, Reference(account, begin), "plan " + plan.name,
                    now));
  return {};
}

// Takes back what is left of the month that began at `begin`.
Status LapseMonth(Transaction& transaction, const Account& account, const Plan& plan, Timestamp begin, Timestamp now) {
  const std::string reference = Reference(account, begin);
  ASSIGN_OR_RETURN(const ledger::Credits unused, ledger::UnusedOfGrant(transaction, account.id, reference));
  if (unused == 0) return {};
  TRY(ledger::Lapse(transaction, account.id, unused, reference, "unused credits of plan " + plan.name, now));
  return {};
}

// Begins the account's months now.
Status BeginMonths(Transaction& transaction, const Account& account, const std::optional<Plan>& plan, Timestamp now) {
  const bool renews = plan && plan->credits_per_month > 0;
  TRY(Set(transaction, account.id, account.plan, now, renews ? std::optional(AddMonths(now, 1)) : std::nullopt));
  return renews ? GrantMonth(transaction, account, *plan, now, now) : Status();
}

}  // namespace

Status CheckPlanName(std::string_view name) {
  const bool is_plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
  if (!name.empty() && name.size() <= kNameMaxBytes && is_plain) return {};
  return Fail(ErrorCode::kBadRequest, "plan " + std::string(name),
              "A plan's name has 1 to 40 of the characters a-z, 0-9, '-' and '_'.");
}

Status DefinePlans(Transaction& transaction, const std::vector<Plan>& plans) {
  TRY(transaction.Execute("DELETE FROM plans"));
  for (const Plan& plan : plans) {
    TRY(CheckPlanName(plan.name));
    const store::Value requests =
        plan.requests_per_minute ? store::Value(std::int64_t{*plan.requests_per_minute}) : store::Value();
    TRY(
        transaction.Execute("INSERT INTO plans (name, credits_per_month, price, rolls_over, requests_per_minute) "
                            "VALUES (:name, :credits, :price, :rolls_over, :requests)",
                            {plan.name, plan.credits_per_month, plan.price, std::int64_t{plan.rolls_over}, requests}));
  }
  return {};
}

Result<std::vector<Plan>> ListPlans(Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query(std::string("SELECT ") + kColumns + " FROM plans ORDER BY name LIMIT :limit",
                                     {std::int64_t{kPlansMax}}));
  std::vector<Plan> plans;
  for (const Row& row : rows) plans.push_back(ReadPlan(row));
  return plans;
}

Result<std::optional<Plan>> FindPlan(Transaction& transaction, std::string_view name) {
  ASSIGN_OR_RETURN(
      const auto row,
      transaction.QueryOne(std::string("SELECT ") + kColumns + " FROM plans WHERE name = :name", {std::string(name)}));
  return row ? std::optional(ReadPlan(*row)) : std::nullopt;
}

Status SetPlan(Transaction& transaction, std::string_view account_id, std::string_view name, Timestamp now) {
  TRY(CheckPlanName(name));
  ASSIGN_OR_RETURN(Account account, Find(transaction, account_id));
  if (account.closed_at) return Fail(ErrorCode::kNotFound, "the account is closed", "There is no such account.");
  ASSIGN_OR_RETURN(const auto plan, FindPlan(transaction, name));
  if (!plan && name != kDefaultPlan) {
    return Fail(ErrorCode::kBadRequest, "no plan " + std::string(name),
                "There is no plan " + std::string(name) + ". Plans stand in the configuration file, as [plans.NAME].");
  }
  if (account.plan == name && account.plan_since) return {};
  account.plan = name;
  return BeginMonths(transaction, account, plan, now);
}

Status StartPlan(Transaction& transaction, std::string_view account_id, Timestamp now) {
  ASSIGN_OR_RETURN(const Account account, Find(transaction, account_id));
  return SetPlan(transaction, account_id, account.plan, now);
}

Result<std::vector<std::string>> DueForRenewal(Transaction& transaction, Timestamp now, int limit) {
  // The second half: a plan that was defined, or got credits, after the account came to it.
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query("SELECT id FROM accounts WHERE renews_ms <= :now AND closed_ms IS NULL "
                                     "UNION SELECT a.id FROM plans AS p JOIN accounts AS a ON a.plan = p.name "
                                     "WHERE p.credits_per_month > 0 AND a.renews_ms IS NULL AND a.closed_ms IS NULL "
                                     "LIMIT :limit",
                                     {now.unix_ms, std::int64_t{limit}}));
  std::vector<std::string> ids;
  for (const Row& row : rows) ids.push_back(row.Text(0));
  return ids;
}

Status Renew(Transaction& transaction, std::string_view account_id, Timestamp now) {
  ASSIGN_OR_RETURN(const Account account, Find(transaction, account_id));
  if (account.closed_at || (account.renews_at && *account.renews_at > now)) return {};
  ASSIGN_OR_RETURN(const auto plan, FindPlan(transaction, account.plan));
  const bool renews = plan && plan->credits_per_month > 0;
  if (!account.renews_at) return renews ? BeginMonths(transaction, account, plan, now) : Status();
  const Timestamp since = account.plan_since.value_or(account.created_at);
  if (!renews) return Set(transaction, account.id, account.plan, since, std::nullopt);
  int month = 1;
  while (AddMonths(since, month) < *account.renews_at) ++month;
  for (int done = 0; done < kMonthsAtOnce && AddMonths(since, month) <= now; ++done, ++month) {
    if (!plan->rolls_over) TRY(LapseMonth(transaction, account, *plan, AddMonths(since, month - 1), now));
    TRY(GrantMonth(transaction, account, *plan, AddMonths(since, month), now));
  }
  return Set(transaction, account.id, account.plan, since, AddMonths(since, month));
}

Result<int> RenewAll(store::Database& database, Timestamp now) {
  ASSIGN_OR_RETURN(const auto ids, database.Read([&](Transaction& transaction) {
    return DueForRenewal(transaction, now, kRenewalsAtOnce);
  }));
  for (const std::string& id : ids) {
    TRY(database.Write([&](Transaction& transaction) { return Renew(transaction, id, now); }));
  }
  return static_cast<int>(ids.size());
}

Timestamp AddMonths(Timestamp time, int months) {
  using namespace std::chrono;
  const sys_time<milliseconds> moment{milliseconds(time.unix_ms)};
  const sys_days day = floor<days>(moment);
  const year_month_day date{day};
  const year_month month = year_month{date.year(), date.month()} + std::chrono::months(months);
  const year_month_day_last last{month.year(), month_day_last{month.month()}};
  const sys_days then = month / std::min(date.day(), last.day());
  return {duration_cast<milliseconds>((then + (moment - day)).time_since_epoch()).count()};
}

}  // namespace removr::account
