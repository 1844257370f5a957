#include <soci/sqlite3/soci-sqlite3.h>

#include <cerrno>
#include <filesystem>
#include <regex>
#include <thread>

#include "service/store/dialect.h"

namespace removr::store {
namespace {

namespace fs = std::filesystem;

// Turning a new file to WAL needs it for oneself and does not wait for that, so of several starting processes one may
// be refused.
constexpr int kWalAttempts = 100;

void UseWal(soci::session& session) {
  for (int attempt = 1;; ++attempt) {
    try {
      session << "PRAGMA journal_mode = WAL";
      return;
    } catch (const soci::soci_error&) {
      if (attempt == kWalAttempts) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
}

// What of a full device SQLite reports as a failed read or write.
bool IsDeviceFull(soci::session* session) {
  if (!session || !session->get_backend()) return false;
  const auto* backend = static_cast<soci::sqlite3_session_backend*>(session->get_backend());
  const int system_error = sqlite_api::sqlite3_system_errno(backend->conn_);
  return system_error == ENOSPC || system_error == EDQUOT ||
         sqlite_api::sqlite3_extended_errcode(backend->conn_) == SQLITE_IOERR_SHMSIZE;
}

ErrorCode CodeOf(int sqlite_result) {
  switch (sqlite_result & 0xff) {
    case SQLITE_CONSTRAINT: return ErrorCode::kConflict;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::kBusy;
    case SQLITE_FULL: return ErrorCode::kStorageFull;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH: return ErrorCode::kInternal;
    default: return ErrorCode::kIo;
  }
}

class Sqlite final : public Dialect {
 public:
  Sqlite(std::string path, std::chrono::milliseconds busy_timeout)
      : path_(std::move(path)), busy_timeout_(busy_timeout) {}

  Result<std::unique_ptr<soci::session>> Connect() const override {
    std::error_code error;
    if (const auto folder = fs::path(path_).parent_path(); !folder.empty()) {
      fs::create_directories(folder, error);
      if (error) return Fail(ErrorCode::kIo, "cannot make " + folder.string() + ": " + error.message());
    }
    std::unique_ptr<soci::session> session;
    try {
      session = std::make_unique<soci::session>(soci::sqlite3, "db=\"" + path_ + "\"");
      *session << "PRAGMA busy_timeout = " + std::to_string(busy_timeout_.count());
      UseWal(*session);
      // FULL syncs the log at each commit: what was answered with 202 survives a power cut. NORMAL would keep the file
      // sound but could lose the last commits.
      *session << "PRAGMA synchronous = FULL";
      *session << "PRAGMA foreign_keys = ON";
      return session;
    } catch (const std::exception& exception) {
      return tl::unexpected<Error>(Translate(exception, session.get()));
    }
  }

  Status CheckIsThere() const override {
    std::error_code error;
    return fs::exists(path_, error) ? Status() : Fail(ErrorCode::kNotFound, "there is no database " + path_);
  }

  std::span<const std::string_view> BeginStatements(Database::Mode mode) const override {
    // A plain BEGIN that reads first and writes later fails where another wrote between; IMMEDIATE waits at the start
    // instead.
    static constexpr std::string_view kRead[] = {"BEGIN"}, kWrite[] = {"BEGIN IMMEDIATE"};
    return mode == Database::Mode::kWrite ? kWrite : kRead;
  }

  bool IsLost(soci::session&) const override { return false; }

  bool KeepsStatements() const override { return true; }

  Error Translate(const std::exception& exception, soci::session* session) const override {
    Error error{ErrorCode::kIo, exception.what(), {}};
    if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&exception)) {
      error.code = CodeOf(sqlite->result());
      error.message = sqlite->get_error_message();  // what() would add the parameters' values
    } else if (const auto* soci = dynamic_cast<const soci::soci_error*>(&exception)) {
      error.message = soci->get_error_message();
    }
    if (error.code == ErrorCode::kIo && IsDeviceFull(session)) error.code = ErrorCode::kStorageFull;
    return error;
  }

  std::string Spell(std::string_view sql) const override {
    static const std::regex kSerial(R"(\{serial\})");
    static const std::regex kForbid(R"(\{forbid (\w+) (\w+)\})");
    std::string spelled = std::regex_replace(std::string(sql), kSerial, "INTEGER PRIMARY KEY AUTOINCREMENT");
    return std::regex_replace(spelled, kForbid,
                              "CREATE TRIGGER $1_no_$2 BEFORE $2 ON $1 BEGIN "
                              "SELECT RAISE(ABORT, '$1: $2 is forbidden'); END");
  }

 private:
  const std::string path_;
  const std::chrono::milliseconds busy_timeout_;
};

}  // namespace

std::unique_ptr<Dialect> MakeSqlite(const DatabaseOptions& options, std::string path) {
  return std::make_unique<Sqlite>(std::move(path), options.busy_timeout);
}

}  // namespace removr::store
