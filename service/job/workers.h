// Which workers are there: each beats, and a server that has heard of none for a while takes no work (503).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/store/database.h"

namespace removr::job {

inline constexpr std::chrono::seconds kBeatEvery{5};
// A worker that was not heard of for this long is gone. Long enough for one that crashed to be started again.
inline constexpr std::chrono::seconds kBeatLives{60};

Status Beat(store::Transaction& transaction, std::string_view worker_id, Timestamp now);
// It stops in good order.
Status SignOff(store::Transaction& transaction, std::string_view worker_id);
Result<int> CountWorkers(store::Transaction& transaction, Timestamp now);
struct LivingWorker {
  std::string id;
  Timestamp last_seen_at;
};
// Those that CountWorkers counts.
Result<std::vector<LivingWorker>> ListWorkers(store::Transaction& transaction, Timestamp now);

// Takes away those long silent, and says how many.
Result<int> ForgetSilentWorkers(store::Transaction& transaction, Timestamp now);

}  // namespace removr::job
