#include "service/store/database.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "service/store/dialect.h"
#include "service/store/migrations.h"

namespace removr::store {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

// A bound value. SOCI keeps its address, so it lives as long as the statement.
struct Parameter {
  Value value;
  soci::indicator indicator = soci::i_ok;
};

// SOCI hands texts to PostgreSQL up to their first zero byte, and would keep the rest to itself.
bool HasZeroByte(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text && text->find('\0') != std::string::npos;
}

Value ReadColumn(const soci::row& row, std::size_t column) {
  if (row.get_indicator(column) == soci::i_null) return {};
  switch (row.get_properties(column).get_data_type()) {
    case soci::dt_integer: return std::int64_t{row.get<int>(column)};
    case soci::dt_long_long: return std::int64_t{row.get<long long>(column)};
    case soci::dt_double: return row.get<double>(column);
    // Computed columns (sums, counts) come as text, whose form is the number's; Row converts.
    default: return row.get<std::string>(column);
  }
}

Row ReadRow(const soci::row& row) {
  Values values(row.size());
  for (std::size_t column = 0; column < row.size(); ++column) values[column] = ReadColumn(row, column);
  return Row(std::move(values));
}

// One text of SQL with values of one kind each (NULL is a kind of its own), which can run with others of these kinds.
class Statement {
 public:
  Statement(soci::session& session, std::string_view sql, const Values& values, bool wants_rows, bool is_kept)
      : statement_(session), wants_rows_(wants_rows) {
    for (const Value& value : values) Bind(parameters_.emplace_back(Parameter{value}));
    if (wants_rows) statement_.exchange(soci::into(row_));
    statement_.alloc();
    using namespace soci::details;
    statement_.prepare(std::string(sql), is_kept ? st_repeatable_query : st_one_time_query);
    statement_.define_and_bind();
  }

  // What tells statements apart.
  static std::string Key(std::string_view sql, const Values& values, bool wants_rows) {
    std::string key(sql);
    key += wants_rows ? '?' : '!';
    for (const Value& value : values) key += static_cast<char>('0' + value.index());
    return key;
  }

  // The rows of the answer, or how many rows it touched.
  std::int64_t Run(const Values& values, Rows* rows) {
    for (std::size_t i = 0; i < values.size(); ++i) Set(values[i], parameters_[i]);
    if (!wants_rows_) {
      statement_.execute(true);
      return static_cast<std::int64_t>(statement_.get_affected_rows());
    }
    statement_.execute();
    while (statement_.fetch()) rows->push_back(ReadRow(row_));
    return static_cast<std::int64_t>(rows->size());
  }

 private:
  void Bind(Parameter& parameter) {
    if (std::holds_alternative<std::monostate>(parameter.value)) {
      parameter = {std::string(), soci::i_null};
      statement_.exchange(soci::use(std::get<std::string>(parameter.value), parameter.indicator));
      return;
    }
    std::visit(Overloaded{[](std::monostate) {}, [&](auto& value) { statement_.exchange(soci::use(value)); }},
               parameter.value);
  }

  // Within the value's own storage, which is bound.
  static void Set(const Value& value, Parameter& parameter) {
    if (parameter.indicator == soci::i_null) return;
    std::visit(
        [&](const auto& bound) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(bound)>, std::monostate>)
            std::get<std::decay_t<decltype(bound)>>(parameter.value) = bound;
        },
        value);
  }

  std::deque<Parameter> parameters_;
  soci::row row_;
  soci::statement statement_;
  const bool wants_rows_;
};

constexpr std::size_t kStatementsMax = 200;  // texts of this program, each with the kinds of values that it is given

// A connection, and what has been prepared on it.
struct Session {
  std::unique_ptr<soci::session> soci;
  std::unordered_map<std::string, std::unique_ptr<Statement>> statements;  // gone before the connection
};

Result<std::unique_ptr<Session>> Connect(const Dialect& dialect) {
  ASSIGN_OR_RETURN(auto soci, dialect.Connect());
  return std::make_unique<Session>(Session{std::move(soci), {}});
}

}  // namespace

bool Row::IsNull(std::size_t column) const { return std::holds_alternative<std::monostate>(values_.at(column)); }

std::int64_t Row::Int(std::size_t column) const {
  return std::visit(
      Overloaded{
          [](std::monostate) { return std::int64_t{0}; }, [](std::int64_t number) { return number; },
          [](double number) { return static_cast<std::int64_t>(number); },
          [](const std::string& text) { return static_cast<std::int64_t>(std::strtoll(text.c_str(), nullptr, 10)); }},
      values_.at(column));
}

double Row::Real(std::size_t column) const {
  if (const auto* real = std::get_if<double>(&values_.at(column))) return *real;
  if (const auto* text = std::get_if<std::string>(&values_.at(column))) return std::strtod(text->c_str(), nullptr);
  return static_cast<double>(Int(column));
}

const std::string& Row::Text(std::size_t column) const {
  static const std::string kEmpty;
  const auto* text = std::get_if<std::string>(&values_.at(column));
  return text ? *text : kEmpty;
}

// Connections in stock, and this process's place among the writers: whoever waits for that place holds no connection
// meanwhile, so readers go on, and does not poll for SQLite's lock. A broken connection is not put back; another is
// made when it is needed.
class Database::Pool {
 public:
  Pool(DatabaseOptions options, std::unique_ptr<Dialect> dialect, std::unique_ptr<Session> first)
      : options_(std::move(options)), dialect_(std::move(dialect)), made_(1) {
    idle_.push_back(std::move(first));
  }

  const Dialect& dialect() const { return *dialect_; }

  Result<std::unique_ptr<Session>> Take(Mode mode) {
    {
      std::unique_lock lock(mutex_);
      const auto is_free = [&] {
        return (mode == Mode::kRead || !is_writing_) && (!idle_.empty() || made_ < options_.connections);
      };
      if (!changed_.wait_for(lock, options_.busy_timeout, is_free)) {
        return Fail(ErrorCode::kBusy, "all database connections are in use");
      }
      is_writing_ |= mode == Mode::kWrite;
      if (!idle_.empty()) {
        auto session = std::move(idle_.back());
        idle_.pop_back();
        return session;
      }
      ++made_;
    }
    auto session = Connect(*dialect_);
    if (!session) PutBack(nullptr, mode);
    return session;
  }

  // `session` as it was taken for `mode`, or null where it broke.
  void PutBack(std::unique_ptr<Session> session, Mode mode) {
    {
      const std::lock_guard lock(mutex_);
      if (mode == Mode::kWrite) is_writing_ = false;
      if (session) {
        idle_.push_back(std::move(session));
      } else {
        --made_;
      }
    }
    changed_.notify_all();
  }

 private:
  const DatabaseOptions options_;
  const std::unique_ptr<Dialect> dialect_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Session>> idle_;
  int made_;
  bool is_writing_ = false;
};

class Transaction::Connection {
 public:
  Connection(std::shared_ptr<Database::Pool> pool, std::unique_ptr<Session> session, Database::Mode mode)
      : pool_(std::move(pool)), session_(std::move(session)), mode_(mode) {}

  ~Connection() {
    if (!pool_) return;
    // What cannot be rolled back cannot be used again; closing it rolls back.
    if (open_ && !Run("ROLLBACK", {}, nullptr)) session_.reset();
    if (session_ && dialect().IsLost(*session_->soci)) session_.reset();
    pool_->PutBack(std::move(session_), mode_);
  }

  // One that has broken since it was last used (the server was restarted) is replaced first.
  Status Begin() {
    Status begun = TryToBegin();
    if (begun || !dialect().IsLost(*session_->soci)) return begun;
    open_ = false;
    session_.reset();
    ASSIGN_OR_RETURN(session_, Connect(dialect()));
    return TryToBegin();
  }

  const Dialect& dialect() const { return pool_->dialect(); }

  Result<std::int64_t> Execute(std::string_view sql, const Values& values, Rows* rows) {
    if (!open_ || failed_) return Fail(ErrorCode::kInternal, "a statement after the end of its transaction");
    auto touched = Run(sql, values, rows);
    failed_ = !touched;
    return touched;
  }

  Status Commit() {
    if (!open_ || failed_) return Fail(ErrorCode::kInternal, "a commit after the end of its transaction");
    failed_ = true;  // whatever comes of it, nothing more is to be done
    TRY(Run("COMMIT", {}, nullptr));
    open_ = false;
    std::exchange(pool_, nullptr)->PutBack(std::move(session_), mode_);
    return {};
  }

 private:
  Status TryToBegin() {
    for (const std::string_view statement : dialect().BeginStatements(mode_)) {
      TRY(Run(statement, {}, nullptr));
      open_ = true;
    }
    return {};
  }

  Result<std::int64_t> Run(std::string_view sql, const Values& values, Rows* rows) {
    if (std::any_of(values.begin(), values.end(), HasZeroByte)) {
      return Fail(ErrorCode::kBadRequest, "a text with a zero byte", "A text must not have a zero byte.");
    }
    const std::string key = Statement::Key(sql, values, rows != nullptr);
    auto& kept = session_->statements;
    try {
      if (const auto found = kept.find(key); found != kept.end()) return found->second->Run(values, rows);
      const bool keeps = dialect().KeepsStatements();
      auto statement = std::make_unique<Statement>(*session_->soci, sql, values, rows != nullptr, keeps);
      const std::int64_t touched = statement->Run(values, rows);
      if (kept.size() >= kStatementsMax) kept.clear();
      if (keeps) kept.emplace(key, std::move(statement));
      return touched;
    } catch (const std::exception& exception) {
      kept.erase(key);
      return tl::unexpected<Error>(dialect().Translate(exception, session_->soci.get()));
    }
  }

  std::shared_ptr<Database::Pool> pool_;
  std::unique_ptr<Session> session_;
  const Database::Mode mode_;
  bool open_ = false;
  bool failed_ = false;
};

Transaction::Transaction(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

Result<Rows> Transaction::Query(std::string_view sql, const Values& values) {
  Rows rows;
  TRY(connection_->Execute(sql, values, &rows));
  return rows;
}

Result<std::optional<Row>> Transaction::QueryOne(std::string_view sql, const Values& values) {
  ASSIGN_OR_RETURN(Rows rows, Query(sql, values));
  if (rows.empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows.front()));
}

Result<std::int64_t> Transaction::Execute(std::string_view sql, const Values& values) {
  return connection_->Execute(sql, values, nullptr);
}

Status Transaction::Commit() { return connection_->Commit(); }

std::string Transaction::Spell(std::string_view sql) const { return connection_->dialect().Spell(sql); }

Database::Database(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::Open(const DatabaseOptions& options) {
  ASSIGN_OR_RETURN(auto dialect, MakeDialect(options));
  if (options.must_exist) TRY(dialect->CheckIsThere());
  ASSIGN_OR_RETURN(auto first, Connect(*dialect));
  std::unique_ptr<Database> database(
      new Database(std::make_shared<Pool>(options, std::move(dialect), std::move(first))));
  TRY(database->Write([](Transaction& transaction) { return Migrate(transaction, Schema()); }));
  return database;
}

Result<Transaction> Database::Begin(Mode mode) {
  ASSIGN_OR_RETURN(auto session, pool_->Take(mode));
  auto connection = std::make_unique<Transaction::Connection>(pool_, std::move(session), mode);
  TRY(connection->Begin());
  return Transaction(std::move(connection));
}

}  // namespace removr::store
