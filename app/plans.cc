#include "app/plans.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <map>

#include "app/settings.h"

namespace removr::app {
namespace {

constexpr std::int64_t kRequestsMax = 100'000'000;

std::optional<std::int64_t> Number(const std::string& text, std::int64_t max) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < 0 || number > max) return std::nullopt;
  return number;
}

// Sets one key of a plan; false where the key is unknown or its value is not understood.
bool Set(account::Plan& plan, const std::string& key, const std::string& value) {
  if (key == "credits_per_month") {
    const auto credits = Number(value, ledger::kCreditsMax);
    plan.credits_per_month = credits.value_or(0);
    return credits.has_value();
  }
  if (key == "requests_per_minute") {
    const auto requests = Number(value, kRequestsMax);
    plan.requests_per_minute = static_cast<int>(requests.value_or(0));
    return requests.has_value();
  }
  if (key == "price") {
    plan.price = value;
    return true;
  }
  plan.rolls_over = value == "roll over";
  return key == "unused" && (value == "roll over" || value == "lapse");
}

}  // namespace

Result<std::optional<std::vector<account::Plan>>> ReadPlans(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<CLI::ConfigItem> items, ReadToml(path));
  std::map<std::string, account::Plan> by_name;
  for (const CLI::ConfigItem& item : items) {
    if (item.parents.empty() || item.parents.front() != kPlansTable) continue;
    const bool is_mark = item.name == "++" || item.name == "--";
    if (is_mark && item.parents.size() == 1) continue;
    const auto fail = [&](const std::string& what) {
      return Fail(ErrorCode::kBadRequest, path + ": " + what, path + ": " + what);
    };
    if (item.parents.size() != 2) return fail("plans are tables of their own, as [plans.NAME]");
    const std::string& name = item.parents[1];
    if (const Status sound = account::CheckPlanName(name); !sound) return fail(std::string(sound.error().Public()));
    account::Plan& plan = by_name[name];
    plan.name = name;
    if (is_mark) continue;
    const std::string value = item.inputs.size() == 1 ? item.inputs.front() : "";
    if (!Set(plan, item.name, value)) {
      return fail("[plans." + name + "] " + item.name + " = \"" + value + "\" is not understood");
    }
  }
  if (by_name.empty()) return std::optional<std::vector<account::Plan>>();
  std::vector<account::Plan> plans;
  for (auto& [name, plan] : by_name) plans.push_back(std::move(plan));
  return std::optional(std::move(plans));
}

Status DefineConfiguredPlans(store::Database& database) {
  const char* path = std::getenv("REMOVR_CONFIG");
  if (path == nullptr || *path == '\0') return {};
  ASSIGN_OR_RETURN(const auto plans, ReadPlans(path));
  if (!plans) return {};
  return database.Write([&](store::Transaction& transaction) { return account::DefinePlans(transaction, *plans); });
}

}  // namespace removr::app
