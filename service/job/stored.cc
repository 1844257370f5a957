#include "service/job/stored.h"

#include <string>

namespace removr::job {
namespace {

constexpr const char* kSum = "SELECT coalesce(sum(stored_bytes), 0) FROM jobs WHERE files_deleted_ms IS NULL";

}  // namespace

Result<std::int64_t> StoredBytes(store::Transaction& transaction, std::string_view account_id) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne(std::string(kSum) + " AND account_id = :account", {std::string(account_id)}));
  return row->Int(0);
}

Result<std::int64_t> StoredBytes(store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto row, transaction.QueryOne(kSum));
  return row->Int(0);
}

}  // namespace removr::job
