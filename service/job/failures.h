// What failed lately, over all accounts: for the operator.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/store/database.h"

namespace removr::job {

struct Failure {
  std::string job_id;
  std::string account_id;
  std::string image_id;
  ErrorCode error = ErrorCode::kEngineFailure;
  Timestamp finished_at;
};

// Up to `limit` (1 to 200) images that failed, the latest first.
Result<std::vector<Failure>> RecentFailures(store::Transaction& transaction, int limit);

}  // namespace removr::job
