#include "service/account/key.h"

#include "base/log.h"
#include "service/account/key_format.h"
#include "service/account/secret.h"
#include "service/store/random_id.h"

namespace removr::account {
namespace {

using store::Row;
using store::Transaction;

constexpr std::size_t kNameMaxBytes = 100;
constexpr int kKeysMax = 1000;
constexpr std::chrono::milliseconds kLastUsedEvery = std::chrono::minutes(1);

constexpr const char* kColumns = "id, account_id, prefix, name, created_ms, last_used_ms, revoked_ms";

std::optional<Timestamp> OptionalTime(const Row& row, std::size_t column) {
  if (row.IsNull(column)) return std::nullopt;
  return Timestamp{row.Int(column)};
}

Key ReadKey(const Row& row) {
  return {row.Text(0), row.Text(1), row.Text(2), row.Text(3), {row.Int(4)}, OptionalTime(row, 5), OptionalTime(row, 6)};
}

tl::unexpected<Error> Refuse() { return Fail(ErrorCode::kUnauthorized, "no living key"); }

// A note for people; no request fails for it.
void NoteUse(store::Database& database, const Key& key, Timestamp now) {
  if (key.last_used_at && now - *key.last_used_at < kLastUsedEvery) return;
  const auto noted = database.Write([&](Transaction& transaction) {
    return transaction.Execute("UPDATE api_keys SET last_used_ms = :now WHERE id = :id", {now.unix_ms, key.id});
  });
  if (!noted) log::Warn("the use of key {} was not noted: {}", key.id, noted.error().message);
}

// The living keys that `prefix` may mean; more than one is as good as many.
Result<store::Rows> FindLiving(Transaction& transaction, std::string_view prefix) {
  const std::string select = std::string("SELECT ") + kColumns + " FROM api_keys WHERE revoked_ms IS NULL AND ";
  if (IsWellFormedKey(prefix)) return transaction.Query(select + "sha256 = :sha256", {Sha256Hex(prefix)});
  if (prefix.starts_with(kKeyStart)) {
    return transaction.Query(select + "prefix = :prefix LIMIT 2", {std::string(prefix.substr(0, kKeyPrefixChars))});
  }
  return transaction.Query(select + "id = :id", {std::string(prefix)});
}

}  // namespace

Result<CreatedKey> CreateKey(Transaction& transaction, std::string_view account_id, std::string_view name,
                             Timestamp now) {
  if (name.size() > kNameMaxBytes) {
    return Fail(ErrorCode::kBadRequest, "a key name of " + std::to_string(name.size()) + " bytes",
                "A key's name has at most " + std::to_string(kNameMaxBytes) + " characters.");
  }
  ASSIGN_OR_RETURN(const Account account, Find(transaction, account_id));
  if (account.closed_at) return Fail(ErrorCode::kNotFound, "the account is closed", "There is no such account.");
  if (!account.rights) {
    return Fail(ErrorCode::kConflict, "no rights acceptance", "The account has not accepted the rights statement yet.");
  }
  const std::string text = FormatKey(store::RandomText(store::kBase62, kKeyRandomChars));
  const Key key{store::RandomId(), account.id, text.substr(0, kKeyPrefixChars), std::string(name), now, {}, {}};
  TRY(
      transaction.Execute("INSERT INTO api_keys (id, account_id, sha256, prefix, name, created_ms) "
                          "VALUES (:id, :account, :sha256, :prefix, :name, :now)",
                          {key.id, key.account_id, Sha256Hex(text), key.prefix, key.name, now.unix_ms}));
  return CreatedKey{key, text};
}

Result<std::vector<Key>> ListKeys(Transaction& transaction, std::string_view account_id) {
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query(std::string("SELECT ") + kColumns +
                                         " FROM api_keys WHERE account_id = :id ORDER BY created_ms, id LIMIT :limit",
                                     {std::string(account_id), std::int64_t{kKeysMax}}));
  std::vector<Key> keys;
  for (const Row& row : rows) keys.push_back(ReadKey(row));
  return keys;
}

Result<Key> RevokeKey(Transaction& transaction, std::string_view prefix, Timestamp now) {
  if (prefix.empty() || (prefix.starts_with(kKeyStart.substr(0, prefix.size())) && prefix.size() < kKeyPrefixChars)) {
    return Fail(ErrorCode::kBadRequest, "too short a prefix",
                "Give at least the key's display prefix, as `key list` shows it.");
  }
  ASSIGN_OR_RETURN(const auto rows, FindLiving(transaction, prefix));
  if (rows.empty()) return Fail(ErrorCode::kNotFound, "no such key", "There is no such living key.");
  if (rows.size() > 1) {
    return Fail(ErrorCode::kConflict, "several keys",
                "Several keys begin like that. Give the key's id, as `key list` shows it.");
  }
  Key key = ReadKey(rows.front());
  key.revoked_at = now;
  TRY(transaction.Execute("UPDATE api_keys SET revoked_ms = :now WHERE id = :id", {now.unix_ms, key.id}));
  return key;
}

Result<Identity> Authenticate(store::Database& database, std::string_view text, Timestamp now) {
  if (!IsWellFormedKey(text)) return Refuse();
  // Looked up by its hash: what the index's comparison takes tells nothing about the key.
  const std::string sha256 = Sha256Hex(text);
  Key key;
  Identity identity;
  const auto look_up = [&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto row,
                     transaction.QueryOne(std::string("SELECT ") + kColumns +
                                              " FROM api_keys WHERE sha256 = :sha256 AND revoked_ms IS NULL",
                                          {sha256}));
    if (!row) return Refuse();
    key = ReadKey(*row);
    ASSIGN_OR_RETURN(identity.account, Find(transaction, key.account_id));
    identity.key_id = key.id;
    return {};
  };
  TRY(database.Read(look_up));
  if (identity.account.closed_at) return Refuse();
  NoteUse(database, key, now);
  return identity;
}

}  // namespace removr::account
