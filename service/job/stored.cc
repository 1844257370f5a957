#include "service/job/stored.h"

#include <string>

namespace removr::job {
namespace {

constexpr const char* kSum =
    "SELECT coalesce(sum(i.original_bytes + coalesce(i.result_bytes, 0) + coalesce(i.result_mask_bytes, 0)), 0) "
    "FROM jobs AS j JOIN images AS i ON i.job_id = j.id WHERE j.files_deleted_ms IS NULL";

}  // namespace

Result<std::int64_t> StoredBytes(store::Transaction& transaction, std::string_view account_id) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne(std::string(kSum) + " AND j.account_id = :account", {std::string(account_id)}));
  return row->Int(0);
}

Result<std::int64_t> StoredBytes(store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto row, transaction.QueryOne(kSum));
  return row->Int(0);
}

}  // namespace removr::job
