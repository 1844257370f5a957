#include "service/account/account.h"

#include <algorithm>

#include "service/account/password.h"
#include "service/account/plan.h"
#include "service/account/session.h"
#include "service/ledger/ledger.h"
#include "service/store/random_id.h"

namespace removr::account {

const std::string_view kRightsStatement =
    "I own every image that I send, or I am licensed by its owner to edit it, including to remove what is overlaid on "
    "it.";

namespace {

using store::Row;
using store::Transaction;
using store::Values;

constexpr std::size_t kEmailMaxBytes = 254;
constexpr int kListMax = 1000;

constexpr const char* kColumns =
    "id, email, plan, is_operator, password_hash, created_ms, renews_ms, closed_ms, "
    "rights_accepted_ms, rights_accepted_by, rights_version, plan_since_ms";

std::optional<Timestamp> OptionalTime(const Row& row, std::size_t column) {
  if (row.IsNull(column)) return std::nullopt;
  return Timestamp{row.Int(column)};
}

Account ReadAccount(const Row& row) {
  Account account;
  account.id = row.Text(0);
  account.email = row.Text(1);
  account.plan = row.Text(2);
  account.is_operator = row.Int(3) != 0;
  account.has_password = !row.IsNull(4);
  account.created_at = {row.Int(5)};
  account.renews_at = OptionalTime(row, 6);
  account.closed_at = OptionalTime(row, 7);
  if (!row.IsNull(8)) account.rights = RightsAcceptance{{row.Int(8)}, row.Text(9), row.Text(10)};
  account.plan_since = OptionalTime(row, 11);
  return account;
}

tl::unexpected<Error> NoAccount(std::string_view who) {
  return Fail(ErrorCode::kNotFound, "no account " + std::string(who), "There is no such account.");
}

// nullopt where no open account has that address.
Result<std::optional<Row>> FindRow(Transaction& transaction, std::string_view email) {
  const auto normal = NormaliseEmail(email);
  if (!normal) return std::optional<Row>();
  return transaction.QueryOne(std::string("SELECT ") + kColumns + " FROM accounts WHERE email = :email", {*normal});
}

// For an UPDATE of one open account.
Status ExpectOne(const Result<std::int64_t>& touched, std::string_view account_id) {
  if (!touched) return tl::unexpected<Error>(touched.error());
  if (*touched != 1) return NoAccount(account_id);
  return {};
}

bool IsSpaceOrControl(char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }

bool IsAddress(std::string_view email) {
  const auto at = email.find('@');
  if (at == std::string_view::npos || at == 0 || at != email.rfind('@')) return false;
  const std::string_view host = email.substr(at + 1);
  return host.find('.') != std::string_view::npos && host.front() != '.' && host.back() != '.' &&
         std::none_of(email.begin(), email.end(), IsSpaceOrControl);
}

}  // namespace

Result<std::string> NormaliseEmail(std::string_view email) {
  while (!email.empty() && IsSpaceOrControl(email.front())) email.remove_prefix(1);
  while (!email.empty() && IsSpaceOrControl(email.back())) email.remove_suffix(1);
  if (email.size() > kEmailMaxBytes || !IsAddress(email)) {
    return Fail(ErrorCode::kBadRequest, "not an e-mail address", "That is not an e-mail address.");
  }
  std::string normal(email);
  for (char& c : normal) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return normal;
}

Result<Account> Create(Transaction& transaction, const NewAccount& account, Timestamp now) {
  ASSIGN_OR_RETURN(const std::string email, NormaliseEmail(account.email));
  TRY(CheckPlanName(account.plan));
  const store::Value password = account.password_hash ? store::Value(*account.password_hash) : store::Value();
  const std::string id = store::RandomId();
  ASSIGN_OR_RETURN(const auto written,
                   transaction.Execute("INSERT INTO accounts (id, email, plan, password_hash, created_ms) "
                                       "VALUES (:id, :email, :plan, :password, :now) "
                                       "ON CONFLICT (email) DO NOTHING",
                                       {id, email, account.plan, password, now.unix_ms}));
  if (written == 0) return Fail(ErrorCode::kConflict, "the address is taken", "That address has an account.");
  TRY(ledger::OpenAccount(transaction, id));
  TRY(StartPlan(transaction, id, now));
  if (account.rights_accepted_by) TRY(AcceptRights(transaction, id, *account.rights_accepted_by, now));
  return Find(transaction, id);
}

Result<Account> FindByEmail(Transaction& transaction, std::string_view email) {
  ASSIGN_OR_RETURN(const auto row, FindRow(transaction, email));
  if (!row) return NoAccount(email);
  return ReadAccount(*row);
}

Result<Account> Find(Transaction& transaction, std::string_view account_id) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne(std::string("SELECT ") + kColumns + " FROM accounts WHERE id = :id",
                                        {std::string(account_id)}));
  if (!row) return NoAccount(account_id);
  return ReadAccount(*row);
}

Result<std::vector<Account>> List(Transaction& transaction, std::string_view after, int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query(std::string("SELECT ") + kColumns +
                                         " FROM accounts WHERE email > :after ORDER BY email LIMIT :limit",
                                     {std::string(after), std::int64_t{std::clamp(limit, 1, kListMax)}}));
  std::vector<Account> accounts;
  for (const Row& row : rows) accounts.push_back(ReadAccount(row));
  return accounts;
}

Result<std::int64_t> Count(Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto row, transaction.QueryOne("SELECT count(*) FROM accounts WHERE closed_ms IS NULL"));
  return row->Int(0);
}

Status SetOperator(Transaction& transaction, std::string_view account_id, bool is_operator) {
  return ExpectOne(
      transaction.Execute("UPDATE accounts SET is_operator = :is_operator WHERE id = :id AND closed_ms IS NULL",
                          {std::int64_t{is_operator}, std::string(account_id)}),
      account_id);
}

Status AcceptRights(Transaction& transaction, std::string_view account_id, std::string_view accepted_by,
                    Timestamp now) {
  ASSIGN_OR_RETURN(const Account account, Find(transaction, account_id));
  if (account.rights && account.rights->version == kRightsVersion) return {};
  return ExpectOne(
      transaction.Execute(
          "UPDATE accounts SET rights_accepted_ms = :now, rights_accepted_by = :by, rights_version = :version "
          "WHERE id = :id AND closed_ms IS NULL",
          {now.unix_ms, std::string(accepted_by), std::string(kRightsVersion), std::string(account_id)}),
      account_id);
}

Status SetPassword(Transaction& transaction, std::string_view account_id, std::string_view password_hash,
                   std::string_view kept_session) {
  TRY(ExpectOne(transaction.Execute("UPDATE accounts SET password_hash = :hash WHERE id = :id AND closed_ms IS NULL",
                                    {std::string(password_hash), std::string(account_id)}),
                account_id));
  TRY(transaction.Execute("DELETE FROM password_resets WHERE account_id = :id", {std::string(account_id)}));
  return EndSessions(transaction, account_id, kept_session);
}

Status Close(Transaction& transaction, std::string_view account_id, Timestamp now) {
  TRY(ExpectOne(transaction.Execute("UPDATE accounts SET closed_ms = :now, email = NULL, password_hash = NULL, "
                                    "is_operator = 0, renews_ms = NULL WHERE id = :id AND closed_ms IS NULL",
                                    {now.unix_ms, std::string(account_id)}),
                account_id));
  TRY(
      transaction.Execute("UPDATE api_keys SET revoked_ms = coalesce(revoked_ms, :now), name = '' "
                          "WHERE account_id = :id",
                          {now.unix_ms, std::string(account_id)}));
  TRY(transaction.Execute("DELETE FROM password_resets WHERE account_id = :id", {std::string(account_id)}));
  return EndSessions(transaction, account_id);
}

Result<Account> CheckPassword(store::Database& database, std::string_view email, std::string_view password) {
  ASSIGN_OR_RETURN(const auto row,
                   database.Read([&](Transaction& transaction) { return FindRow(transaction, email); }));
  ASSIGN_OR_RETURN(const bool matches, PasswordMatches(row ? row->Text(4) : std::string(), password));
  if (row && matches) return ReadAccount(*row);
  return Fail(ErrorCode::kUnauthorized, "wrong address or password", "The address or the password is wrong.");
}

}  // namespace removr::account
