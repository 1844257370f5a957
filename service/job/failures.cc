#include "service/job/failures.h"

#include <algorithm>

namespace removr::job {
namespace {

constexpr int kFailuresMax = 200;

}  // namespace

Result<std::vector<Failure>> RecentFailures(store::Transaction& transaction, int limit) {
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query("SELECT job_id, account_id, image_id, error, finished_ms FROM images "
                                     "WHERE state = 'failed' ORDER BY finished_ms DESC LIMIT :limit",
                                     {std::int64_t{std::clamp(limit, 1, kFailuresMax)}}));
  std::vector<Failure> failures;
  for (const auto& row : rows) {
    const ErrorCode error = ErrorCodeOf(row.Text(3)).value_or(ErrorCode::kEngineFailure);
    failures.push_back({row.Text(0), row.Text(1), row.Text(2), error, {row.Int(4)}});
  }
  return failures;
}

}  // namespace removr::job
