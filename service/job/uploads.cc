#include "service/job/uploads.h"

namespace removr::job {

using store::Transaction;

Status ClaimUpload(Transaction& transaction, const Upload& upload, Timestamp lease_expires_at, Timestamp now) {
  store::Value key;
  if (upload.idempotency_key) key = *upload.idempotency_key;
  TRY(transaction.Execute(
      "DELETE FROM uploads WHERE account_id = :account AND idempotency_key = :key AND lease_expires_ms <= :now",
      {upload.account_id, key, now.unix_ms}));
  ASSIGN_OR_RETURN(const auto written,
                   transaction.Execute("INSERT INTO uploads (job_id, account_id, idempotency_key, lease_expires_ms) "
                                       "VALUES (:job, :account, :key, :expires) ON CONFLICT DO NOTHING",
                                       {upload.job_id, upload.account_id, key, lease_expires_at.unix_ms}));
  if (written == 0) {
    return Fail(ErrorCode::kConflict, "the key's first request is being received",
                "The first request with this Idempotency-Key is still being received.");
  }
  return {};
}

Status RenewUpload(Transaction& transaction, std::string_view job_id, Timestamp lease_expires_at) {
  ASSIGN_OR_RETURN(const auto touched,
                   transaction.Execute("UPDATE uploads SET lease_expires_ms = :expires WHERE job_id = :job",
                                       {lease_expires_at.unix_ms, std::string(job_id)}));
  if (touched == 0) return Fail(ErrorCode::kBusy, "the upload's lease ran out", "The upload took too long.");
  return {};
}

Result<bool> HasUpload(Transaction& transaction, std::string_view job_id) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne("SELECT 1 FROM uploads WHERE job_id = :job", {std::string(job_id)}));
  return row.has_value();
}

Result<bool> DropUpload(Transaction& transaction, std::string_view job_id) {
  ASSIGN_OR_RETURN(const auto touched,
                   transaction.Execute("DELETE FROM uploads WHERE job_id = :job", {std::string(job_id)}));
  return touched > 0;
}

Result<int> DropStaleUploads(Transaction& transaction, Timestamp now) {
  ASSIGN_OR_RETURN(const auto touched,
                   transaction.Execute("DELETE FROM uploads WHERE lease_expires_ms <= :now", {now.unix_ms}));
  return static_cast<int>(touched);
}

}  // namespace removr::job
