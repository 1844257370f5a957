// What has happened since the database was made, counted in the transaction in which it happens: for figures that
// survive restarts and hold for all workers, wherever they run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/store/database.h"

namespace removr::job {

inline constexpr std::string_view kImages = "images";           // by "TASK OUTCOME": a verdict, or an error's name
inline constexpr std::string_view kPixels = "pixels";           // of those with a verdict, by task
inline constexpr std::string_view kWorkerEnds = "worker_ends";  // by Death
inline constexpr std::string_view kEngineRestarts =
    "engine_restarts";  // by the image's error: it died, or took too long

struct Counter {
  std::string name;
  std::string label;
  std::int64_t value = 0;
};

Status Count(store::Transaction& transaction, std::string_view name, std::string_view label, std::int64_t by = 1);

// A finished image, into kImages and kPixels.
Status CountOutcome(store::Transaction& transaction, std::string_view job_id, int image_index);

// All, by name and label.
Result<std::vector<Counter>> ReadCounters(store::Transaction& transaction);

}  // namespace removr::job
