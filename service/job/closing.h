// What becomes of an account's jobs when it is closed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/store/database.h"

namespace removr::job {

// Deletes all jobs of the account, as DeleteJob does each, gives up the uploads that are under way, and forgets what
// people have named in them: file names, Idempotency-Keys. Numbers and outcomes stay until the records end
// (retention.h). Returns the folders of blobs that are the caller's to remove, after the commit; what it leaves, the
// sweep takes.
Result<std::vector<std::string>> ForgetJobs(store::Transaction& transaction, std::string_view account_id,
                                            Timestamp now);

}  // namespace removr::job
