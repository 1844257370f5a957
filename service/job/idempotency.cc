#include "service/job/idempotency.h"

#include <algorithm>

namespace removr::job {
namespace {
constexpr std::size_t kKeyMaxChars = 255;
}

using store::Transaction;

bool IsIdempotencyKey(std::string_view key) {
  return !key.empty() && key.size() <= kKeyMaxChars &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Result<std::optional<Remembered>> Recall(Transaction& transaction, std::string_view account_id, std::string_view key,
                                         Timestamp now) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne("SELECT fingerprint, job_id, count FROM idempotency_keys "
                                        "WHERE account_id = :account AND idempotency_key = :key AND expires_ms > :now",
                                        {std::string(account_id), std::string(key), now.unix_ms}));
  if (!row) return std::optional<Remembered>();
  return std::optional<Remembered>({row->Text(0), row->Text(1), static_cast<int>(row->Int(2))});
}

Status Remember(Transaction& transaction, std::string_view account_id, std::string_view key, const Remembered& answer,
                Timestamp expires_at, Timestamp now) {
  TRY(transaction.Execute(
      "DELETE FROM idempotency_keys WHERE account_id = :account AND idempotency_key = :key AND expires_ms <= :now",
      {std::string(account_id), std::string(key), now.unix_ms}));
  TRY(
      transaction.Execute("INSERT INTO idempotency_keys "
                          "(account_id, idempotency_key, fingerprint, job_id, count, expires_ms) "
                          "VALUES (:account, :key, :fingerprint, :job, :count, :expires)",
                          {std::string(account_id), std::string(key), answer.fingerprint, answer.job_id,
                           std::int64_t{answer.count}, expires_at.unix_ms}));
  return {};
}

Result<int> ForgetExpired(Transaction& transaction, Timestamp now) {
  ASSIGN_OR_RETURN(const auto touched,
                   transaction.Execute("DELETE FROM idempotency_keys WHERE expires_ms <= :now", {now.unix_ms}));
  return static_cast<int>(touched);
}

}  // namespace removr::job
