// Durations as options spell them.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace removr::app {

// "45s", "30m", "24h", "7d": a whole number above 0 and a unit; at most ten years. kBadRequest for anything else.
Result<std::chrono::seconds> ParseDuration(std::string_view text);

}  // namespace removr::app
