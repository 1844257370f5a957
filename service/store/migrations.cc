#include "service/store/migrations.h"

namespace removr::store {

Status Migrate(Transaction& transaction, std::span<const Migration> migrations) {
  TRY(transaction.Execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations (number bigint PRIMARY KEY, name text NOT NULL)"));
  ASSIGN_OR_RETURN(const auto newest, transaction.QueryOne("SELECT max(number) FROM schema_migrations"));
  const std::int64_t present = newest ? newest->Int(0) : 0;
  const std::int64_t known = migrations.empty() ? 0 : migrations.back().number;
  if (present > known) {
    return Fail(ErrorCode::kBadRequest,
                "schema " + std::to_string(present) + " is newer than this program's " + std::to_string(known),
                "The database was made by a newer removr. Use that version, or restore a backup.");
  }
  for (const Migration& migration : migrations) {
    if (migration.number <= present) continue;
    for (const auto statement : migration.statements) TRY(transaction.Execute(transaction.Spell(statement)));
    TRY(transaction.Execute("INSERT INTO schema_migrations (number, name) VALUES (:number, :name)",
                            {std::int64_t{migration.number}, std::string(migration.name)}));
  }
  return {};
}

}  // namespace removr::store
