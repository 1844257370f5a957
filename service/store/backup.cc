#include "service/store/backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string_view>

namespace removr::store {
namespace {

constexpr std::string_view kScheme = "sqlite:";
constexpr int kBusyTimeoutMs = 10'000;

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Handle = std::unique_ptr<sqlite3, Closer>;

tl::unexpected<Error> Failure(int result, const std::string& path) {
  const int code = result & 0xff;
  return Fail(code == SQLITE_FULL ? ErrorCode::kStorageFull : ErrorCode::kIo, path + ": " + sqlite3_errstr(result));
}

Result<Handle> Open(const std::string& path, int flags) {
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  Handle handle(opened);
  if (result != SQLITE_OK) return Failure(result, path);
  sqlite3_busy_timeout(handle.get(), kBusyTimeoutMs);
  return handle;
}

Status Sync(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return synced ? Status() : Fail(ErrorCode::kIo, "cannot sync " + path);
}

}  // namespace

Status CopyDatabase(const std::string& url, const std::string& path) {
  if (!url.starts_with(kScheme)) {
    return Fail(
        ErrorCode::kBadRequest, "not a database of SQLite's",
        "Only SQLite databases are copied; a PostgreSQL database is copied with pg_dump, and the files after it "
        "(docs/operating.md).");
  }
  const std::string from_path = url.substr(kScheme.size());
  std::error_code error;
  if (!std::filesystem::exists(from_path, error))
    return Fail(ErrorCode::kNotFound, "there is no database " + from_path);
  if (std::filesystem::exists(path, error)) return Fail(ErrorCode::kConflict, path + " exists");
  ASSIGN_OR_RETURN(const Handle from, Open(from_path, SQLITE_OPEN_READWRITE));
  {
    ASSIGN_OR_RETURN(const Handle to, Open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    sqlite3_backup* const backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
    if (!backup) return Failure(sqlite3_errcode(to.get()), path);
    const int stepped = sqlite3_backup_step(backup, -1);  // all pages, of one snapshot
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE) return Failure(stepped, path);
    if (finished != SQLITE_OK) return Failure(finished, path);
  }
  return Sync(path);
}

}  // namespace removr::store
