#include "service/store/dialect.h"

namespace removr::store {
namespace {
constexpr std::string_view kSqlite = "sqlite:";
}

Result<std::unique_ptr<Dialect>> MakeDialect(const DatabaseOptions& options) {
  const std::string& url = options.url;
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return MakePostgres(options);
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size() && url.find_first_of("\"'") == std::string::npos) {
    return MakeSqlite(options, url.substr(kSqlite.size()));
  }
  return Fail(ErrorCode::kBadRequest, "not a database URL",
              "The database URL must have the form sqlite:PATH or postgresql://USER@HOST/DATABASE.");
}

}  // namespace removr::store
