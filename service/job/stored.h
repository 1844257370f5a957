// How much lies in storage by the records of jobs whose files are still there: originals, masks and results.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "service/store/database.h"

namespace removr::job {

// Of one account. Reads an index entry for each of its jobs.
Result<std::int64_t> StoredBytes(store::Transaction& transaction, std::string_view account_id);

// Of all accounts.
Result<std::int64_t> StoredBytes(store::Transaction& transaction);

}  // namespace removr::job
