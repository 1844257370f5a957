// The operator's plans, from the TOML file given by --config:
//
//   [plans.studio]
//   credits_per_month = 500
//   price = "29 EUR a month"        # what people are shown
//   unused = "lapse"                # at the month's end; or "roll over"
//   requests_per_minute = 6000      # of one key; optional
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/account/plan.h"
#include "service/store/database.h"

namespace removr::app {

// nullopt where the file has no plans. kBadRequest, naming plan and key, for what is not understood.
Result<std::optional<std::vector<account::Plan>>> ReadPlans(const std::string& path);

// Defines those of the file that REMOVR_CONFIG names (removr_main.cc sets it from --config); without a file, or where
// it has none, the database's plans stay.
Status DefineConfiguredPlans(store::Database& database);

}  // namespace removr::app
