// What database engines do differently, in one place; inside this folder only. sqlite.cc and postgres.cc are the two.
#pragma once

#include <soci/soci.h>

#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/store/database.h"

namespace removr::store {

// One engine, as the options of one database want it. Threads may share it; a session belongs to one at a time.
class Dialect {
 public:
  virtual ~Dialect() = default;

  // A connection that is set up to be durable.
  virtual Result<std::unique_ptr<soci::session>> Connect() const = 0;

  // kNotFound where there is no database with removr's tables; makes none.
  virtual Status CheckIsThere() const = 0;

  // What begins a transaction: from the first statement on there is one, and after the last it is as database.h
  // promises.
  virtual std::span<const std::string_view> BeginStatements(Database::Mode mode) const = 0;

  // Whether the connection has broken: nothing will succeed on it any more.
  virtual bool IsLost(soci::session& session) const = 0;

  // Whether a prepared statement is worth keeping for the next time: not where preparing it anew costs no trip.
  virtual bool KeepsStatements() const = 0;

  // Error for what SOCI threw on `session` (null: there was none yet). Never names a parameter's value.
  virtual Error Translate(const std::exception& exception, soci::session* session) const = 0;

  // `sql` of a migration with its {words} in this engine's spelling:
  //   {serial}            a key that numbers rows as they come, never twice. Rows that are copied with their numbers
  //                       do not count on PostgreSQL: a step that does so there has to move the sequence.
  //   {forbid TABLE VERB} a trigger that refuses UPDATE or DELETE on a table
  virtual std::string Spell(std::string_view sql) const = 0;
};

std::unique_ptr<Dialect> MakeSqlite(const DatabaseOptions& options, std::string path);

// kBadRequest for a URL that libpq does not understand.
Result<std::unique_ptr<Dialect>> MakePostgres(const DatabaseOptions& options);

// The dialect of the URL's engine. kBadRequest where the URL is not understood; its words are in no error, since one of
// them may be a password.
Result<std::unique_ptr<Dialect>> MakeDialect(const DatabaseOptions& options);

}  // namespace removr::store
