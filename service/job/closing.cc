#include "service/job/closing.h"

#include "service/job/queue.h"

namespace removr::job {

using store::Transaction;

Result<std::vector<std::string>> ForgetJobs(Transaction& transaction, std::string_view account_id, Timestamp now) {
  const std::string account(account_id);
  std::vector<std::string> folders;
  ASSIGN_OR_RETURN(const auto uploads,
                   transaction.Query("SELECT job_id FROM uploads WHERE account_id = :account", {account}));
  for (const auto& upload : uploads) folders.push_back(upload.Text(0));
  ASSIGN_OR_RETURN(const auto jobs,
                   transaction.Query("SELECT id, files_deleted_ms FROM jobs WHERE account_id = :account", {account}));
  for (const auto& job : jobs) {
    if (!job.IsNull(1)) continue;
    TRY(CancelJob(transaction, job.Text(0), now));
    folders.push_back(job.Text(0));
  }
  TRY(transaction.Execute("DELETE FROM uploads WHERE account_id = :account", {account}));
  TRY(transaction.Execute("DELETE FROM idempotency_keys WHERE account_id = :account", {account}));
  TRY(
      transaction.Execute("UPDATE jobs SET deleted_ms = coalesce(deleted_ms, :now), "
                          "files_deleted_ms = coalesce(files_deleted_ms, :now_too) WHERE account_id = :account",
                          {now.unix_ms, now.unix_ms, account}));
  // An image's id is made of its file's name.
  TRY(
      transaction.Execute("UPDATE images SET filename = '', image_id = '', findings = NULL, receipt = NULL "
                          "WHERE account_id = :account",
                          {account}));
  return folders;
}

}  // namespace removr::job
