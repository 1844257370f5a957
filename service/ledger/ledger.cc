#include "service/ledger/ledger.h"

#include <algorithm>

namespace removr::ledger {
namespace {

constexpr int kEntriesMax = 200;

// Moves a kept balance. kNotFound for an account never opened; kConflict (a CHECK) where it would fall below zero.
Status Move(store::Transaction& transaction, const std::string& account, Credits delta) {
  ASSIGN_OR_RETURN(
      const auto touched,
      transaction.Execute("UPDATE ledger_accounts SET balance = balance + :delta WHERE id = :id", {delta, account}));
  if (touched != 1) return Fail(ErrorCode::kNotFound, "no ledger account " + account);
  return {};
}

// Writes the entry and both balances; false, and nothing written, where its reason and reference are taken.
Result<bool> Post(store::Transaction& transaction, const Transfer& transfer, std::string_view note, Timestamp now) {
  ASSIGN_OR_RETURN(const auto written,
                   transaction.Execute("INSERT INTO ledger_entries "
                                       "(from_account, to_account, amount, reason, reference, note, created_ms) "
                                       "VALUES (:from, :to, :amount, :reason, :reference, :note, :now) "
                                       "ON CONFLICT (reason, reference) DO NOTHING",
                                       {transfer.from, transfer.to, transfer.amount, std::string(Name(transfer.reason)),
                                        transfer.reference, std::string(note), now.unix_ms}));
  if (written == 0) return false;
  TRY(Move(transaction, transfer.from, -transfer.amount));
  TRY(Move(transaction, transfer.to, transfer.amount));
  return true;
}

Reason ParseReason(std::string_view name) {
  for (const Reason reason : {Reason::kGrant, Reason::kCharge, Reason::kLapse}) {
    if (name == Name(reason)) return reason;
  }
  return Reason::kRefund;
}

}  // namespace

Status OpenAccount(store::Transaction& transaction, std::string_view account_id) {
  TRY(transaction.Execute("INSERT INTO ledger_accounts (id) VALUES (:id)", {std::string(account_id)}));
  return {};
}

Result<Credits> Balance(store::Transaction& transaction, std::string_view account_id) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne("SELECT balance FROM ledger_accounts WHERE id = :id AND is_system = 0",
                                        {std::string(account_id)}));
  if (!row) return Fail(ErrorCode::kNotFound, "no ledger account " + std::string(account_id));
  return row->Int(0);
}

Result<bool> Grant(store::Transaction& transaction, std::string_view account_id, Credits amount,
                   std::string_view reference, std::string_view note, Timestamp now) {
  TRY(Balance(transaction, account_id));
  ASSIGN_OR_RETURN(const Transfer transfer, MakeTransfer(Reason::kGrant, account_id, amount, reference));
  return Post(transaction, transfer, note, now);
}

Result<Credits> Charge(store::Transaction& transaction, std::string_view account_id, Credits amount,
                       std::string_view job_id, Timestamp now) {
  ASSIGN_OR_RETURN(const Transfer transfer, MakeTransfer(Reason::kCharge, account_id, amount, ChargeReference(job_id)));
  ASSIGN_OR_RETURN(const Credits balance, Balance(transaction, account_id));
  TRY(CheckCovers(balance, amount));
  ASSIGN_OR_RETURN(const bool posted, Post(transaction, transfer, "", now));
  if (!posted) return Fail(ErrorCode::kConflict, "job " + std::string(job_id) + " was charged before");
  return balance - amount;
}

Result<bool> Refund(store::Transaction& transaction, std::string_view account_id, std::string_view job_id,
                    int image_index, std::string_view note, Timestamp now) {
  ASSIGN_OR_RETURN(const Transfer transfer,
                   MakeTransfer(Reason::kRefund, account_id, 1, RefundReference(job_id, image_index)));
  return Post(transaction, transfer, note, now);
}

Result<Credits> UnusedOfGrant(store::Transaction& transaction, std::string_view account_id,
                              std::string_view reference) {
  const std::string account(account_id);
  ASSIGN_OR_RETURN(const auto grant,
                   transaction.QueryOne("SELECT id + 0, amount FROM ledger_entries "
                                        "WHERE reason = 'grant' AND reference = :reference AND to_account = :account",
                                        {std::string(reference), account}));
  if (!grant) return Credits{0};
  const std::int64_t id = grant->Int(0);
  ASSIGN_OR_RETURN(const auto spent,
                   transaction.QueryOne("SELECT (SELECT coalesce(sum(amount), 0) FROM ledger_entries"
                                        "  WHERE from_account = :from AND id > :after_from AND reason = 'charge')"
                                        " - (SELECT coalesce(sum(amount), 0) FROM ledger_entries"
                                        "  WHERE to_account = :to AND id > :after_to AND reason = 'refund')",
                                        {account, id, account, id}));
  ASSIGN_OR_RETURN(const Credits balance, Balance(transaction, account_id));
  const Credits amount = grant->Int(1);
  return std::clamp<Credits>(amount - spent->Int(0), 0, std::min(amount, balance));
}

Result<bool> Lapse(store::Transaction& transaction, std::string_view account_id, Credits amount,
                   std::string_view reference, std::string_view note, Timestamp now) {
  ASSIGN_OR_RETURN(const Transfer transfer, MakeTransfer(Reason::kLapse, account_id, amount, reference));
  ASSIGN_OR_RETURN(const Credits balance, Balance(transaction, account_id));
  TRY(CheckCovers(balance, amount));
  return Post(transaction, transfer, note, now);
}

Result<std::vector<Entry>> Entries(store::Transaction& transaction, std::string_view account_id,
                                   std::optional<std::int64_t> before, int limit) {
  const std::string account(account_id);
  const std::int64_t below = before.value_or(INT64_MAX);
  const std::int64_t count = std::clamp(limit, 1, kEntriesMax);
  // Two halves, so that each goes along its index. `id + 0` has no declared type, which spares it SOCI's 32-bit
  // reading.
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query("SELECT id + 0, signed, reason, reference, note, created_ms FROM ("
                                     " SELECT id, -amount AS signed, reason, reference, note, created_ms"
                                     "  FROM ledger_entries WHERE from_account = :from AND id < :below_from"
                                     " UNION ALL"
                                     " SELECT id, amount AS signed, reason, reference, note, created_ms"
                                     "  FROM ledger_entries WHERE to_account = :to AND id < :below_to"
                                     ") AS both_sides ORDER BY id DESC LIMIT :count",
                                     {account, below, account, below, count}));
  std::vector<Entry> entries;
  for (const auto& row : rows) {
    entries.push_back({row.Int(0), row.Int(1), ParseReason(row.Text(2)), row.Text(3), row.Text(4), {row.Int(5)}});
  }
  return entries;
}

Result<Totals> ReadTotals(store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query("SELECT id, balance FROM ledger_accounts WHERE is_system = 1 LIMIT 10"));
  Totals totals;
  for (const auto& row : rows) {
    // What has left the one side has arrived at the other.
    if (row.Text(0) == kGrantsAccount) totals.granted = -row.Int(1);
    if (row.Text(0) == kUsageAccount) totals.charged = row.Int(1);
    if (row.Text(0) == kRefundsAccount) totals.refunded = -row.Int(1);
    if (row.Text(0) == kLapsesAccount) totals.lapsed = row.Int(1);
  }
  return totals;
}

Result<Audit> AuditAll(store::Transaction& transaction) {
  ASSIGN_OR_RETURN(
      const auto row,
      transaction.QueryOne("SELECT coalesce(sum(balance), 0),"
                           " coalesce(sum(CASE WHEN balance <> computed THEN 1 ELSE 0 END), 0),"
                           " coalesce(sum(CASE WHEN is_system = 0 AND balance < 0 THEN 1 ELSE 0 END), 0) "
                           "FROM (SELECT balance, is_system,"
                           " (SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE to_account = a.id)"
                           " - (SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE from_account = a.id)"
                           " AS computed FROM ledger_accounts a) AS accounts"));
  return Audit{row->Int(0), row->Int(1), row->Int(2)};
}

}  // namespace removr::ledger
