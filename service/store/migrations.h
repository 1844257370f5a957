// The schema's history: numbered steps that are applied once each, in order, in one transaction, when a program starts.
// A step that has shipped is never edited; a change is a new step. schema.cc holds the steps.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/store/database.h"

namespace removr::store {

struct Migration {
  int number;  // 1, 2, 3 ... without gaps
  std::string_view name;
  std::vector<std::string_view> statements;  // {words} are replaced by the dialect (dialect.h)
};

// All steps that this program knows, oldest first.
std::span<const Migration> Schema();

// Applies what `transaction`'s database lacks. The caller began it for writing, which keeps other processes out
// meanwhile, and commits it. kBadRequest where the database is newer than `migrations`.
Status Migrate(Transaction& transaction, std::span<const Migration> migrations);

}  // namespace removr::store
