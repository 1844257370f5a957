// What database engines do differently, in one place; inside this folder only. SQLite is the one engine for now.
#pragma once

#include <soci/soci.h>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/store/database.h"

namespace removr::store {

// A connection to the database of `url`, set up to be durable. kBadRequest where the URL is not understood.
Result<std::unique_ptr<soci::session>> Connect(const std::string& url, std::chrono::milliseconds busy_timeout);

// The statement that begins a transaction.
std::string_view BeginStatement(Database::Mode mode);

// Error for what SOCI threw on `session` (null: there was none yet). Never names a parameter's value.
Error Translate(const std::exception& exception, soci::session* session);

// `sql` of a migration with its {words} in this engine's spelling:
//   {serial}            a key that numbers rows as they come, never twice
//   {forbid TABLE VERB} a trigger that refuses UPDATE or DELETE on a table
std::string Spell(std::string_view sql);

}  // namespace removr::store
