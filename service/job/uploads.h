// Submissions that are being received: each has a row, under a lease, from before its first file until it is a job or
// is given up. The row says whose the files are (the folder of `job_id`), and claims the Idempotency-Key.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/store/database.h"

namespace removr::job {

struct Upload {
  std::string job_id;  // of the job that it will become
  std::string account_id;
  std::optional<std::string> idempotency_key;  // the key that it claims
};

// kConflict where another upload holds a living claim on the key.
Status ClaimUpload(store::Transaction& transaction, const Upload& upload, Timestamp lease_expires_at, Timestamp now);

// kBusy where the upload has no row any more: its lease ran out, and someone noticed.
Status RenewUpload(store::Transaction& transaction, std::string_view job_id, Timestamp lease_expires_at);

Result<bool> HasUpload(store::Transaction& transaction, std::string_view job_id);

// Takes the row away; false where there was none.
Result<bool> DropUpload(store::Transaction& transaction, std::string_view job_id);

// Takes away all rows whose lease has run out, and says how many.
Result<int> DropStaleUploads(store::Transaction& transaction, Timestamp now);

}  // namespace removr::job
