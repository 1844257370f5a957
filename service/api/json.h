// The JSON that clients read, as text. Keys are the contract's; Boost.JSON stays in json.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/account/account.h"
#include "service/account/plan.h"
#include "service/job/jobs.h"
#include "service/job/submit.h"
#include "service/ledger/ledger.h"

namespace removr::api {

struct ProblemView {
  int status = 0;
  std::string_view title;
  std::string_view code;
  std::string_view text;
  std::optional<job::Shortfall> shortfall;
};

std::string ProblemJson(const ProblemView& problem);
std::string AcceptedJson(const job::Accepted& accepted);
// `root` stands before the path in each image's `url`: "https://host/api/v1".
std::string ImageJson(const job::JobView& job, const job::ImageView& image, std::string_view root);
std::string JobJson(const job::JobView& job, std::string_view root);
// {"jobs":[...],"nextCursor":...}
std::string JobListJson(const std::vector<job::JobView>& jobs, std::string_view root,
                        const std::optional<std::string>& next_cursor);
// {"entries":[...],"nextCursor":...}
std::string LedgerJson(const std::vector<ledger::Entry>& entries, const std::optional<std::string>& next_cursor);
// `plan`: nullopt where the account's is not defined.
std::string AccountJson(const account::Account& account, ledger::Credits balance,
                        const std::optional<account::Plan>& plan);
// {"status":"..."}
std::string StatusJson(std::string_view status);

// Paths that answers lead to, below "/api/v1" or "/api/web".
std::string JobPath(std::string_view job_id);
std::string FilePath(std::string_view job_id, std::string_view name);

}  // namespace removr::api
