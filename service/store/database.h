// The database: a bounded pool of connections, and transactions on them. SOCI stays behind this header: neither its
// types nor its exceptions leave this folder. SQL itself stands beside the owner of the table (ledger, account, job).
//
// SQL is written once for every engine. Placeholders are `:words`, each used once, bound in the order in which they
// appear. What engines spell differently lives in dialect.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace removr::store {

// A value of a column or a parameter; monostate is NULL. Times are stored as milliseconds since 1970, booleans as 0
// and 1.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;
using Values = std::vector<Value>;

// One row of an answer, its columns from 0 in the order of the SELECT. Numbers convert into each other; NULL reads as 0
// or "".
class Row {
 public:
  explicit Row(Values values) : values_(std::move(values)) {}
  bool IsNull(std::size_t column) const;
  std::int64_t Int(std::size_t column) const;
  double Real(std::size_t column) const;
  const std::string& Text(std::size_t column) const;  // lives as long as the row

 private:
  Values values_;
};
using Rows = std::vector<Row>;

// Work on one connection that happens wholly or not at all. Gone without Commit, it is rolled back. One thread at a
// time. After a failed statement nothing more succeeds, Commit included, so a caller may simply hand errors on.
class Transaction {
 public:
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // All rows of the answer; put a LIMIT into the SQL. Errors, here and below: kConflict where a UNIQUE, CHECK or
  // foreign key constraint or a trigger refuses, kBadRequest where a text has a zero byte or is not UTF-8
  // (SQLite takes the latter), kBusy where another writer held the lock for longer than the busy timeout, kStorageFull,
  // kIo.
  Result<Rows> Query(std::string_view sql, const Values& values = {});

  // The first row, or nullopt where there is none.
  Result<std::optional<Row>> QueryOne(std::string_view sql, const Values& values = {});

  // For INSERT, UPDATE, DELETE: the number of rows that it touched.
  Result<std::int64_t> Execute(std::string_view sql, const Values& values = {});

  // Makes it durable: on success it survives a crash of the process and of the machine. On an error assume that nothing
  // was kept, and where that matters look (a lost connection may leave it open).
  Status Commit();

  // `sql` of a migration in the words of this database's engine (dialect.h).
  std::string Spell(std::string_view sql) const;

  // The work behind, known to this folder alone.
  class Connection;

 private:
  friend class Database;
  explicit Transaction(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

struct DatabaseOptions {
  // "sqlite:PATH"; the file and its folder are made where they are missing. "postgresql://USER@HOST/DATABASE?...", as
  // libpq reads it (PostgreSQL 15, section 34.1.1.2); the database is there already, its tables are made.
  std::string url;
  int connections = 4;
  std::chrono::milliseconds busy_timeout{10'000};  // how long to wait for another writer, and for a free connection
  bool must_exist = false;                         // kNotFound where there is none yet, instead of making one
};

// Thread-safe, and so are several processes on one database. A process that forks opens its own: a connection does not
// survive that. A connection that the engine has lost is replaced at the next Begin.
class Database {
 public:
  // Connects, and brings the schema up to date (migrations.h), whichever of several starting processes comes first.
  // kBadRequest for a URL that is not understood or a schema newer than this program, else as for statements.
  static Result<std::unique_ptr<Database>> Open(const DatabaseOptions& options);
  ~Database();

  enum class Mode {
    kRead,   // one consistent snapshot; writers go on beside it
    kWrite,  // the one writer from the start, of all processes, so what was read stays true until Commit
  };

  // kBusy where no connection came free, or the writer's place, within the busy timeout.
  Result<Transaction> Begin(Mode mode);

  // Runs work(Transaction&), which returns a Result, in a writing transaction; commits it where that succeeds.
  template <typename Work>
  auto Write(Work&& work) -> decltype(work(std::declval<Transaction&>())) {
    ASSIGN_OR_RETURN(Transaction transaction, Begin(Mode::kWrite));
    auto result = work(transaction);
    if (result) TRY(transaction.Commit());
    return result;
  }

  // The same for a reading transaction; nothing is committed.
  template <typename Work>
  auto Read(Work&& work) -> decltype(work(std::declval<Transaction&>())) {
    ASSIGN_OR_RETURN(Transaction transaction, Begin(Mode::kRead));
    return work(transaction);
  }

  class Pool;

 private:
  explicit Database(std::shared_ptr<Pool> pool);
  std::shared_ptr<Pool> pool_;
};

}  // namespace removr::store
