// API keys (api.md, section 1): made, shown once, kept as SHA-256, checked, revoked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/account/account.h"
#include "service/store/database.h"

namespace removr::account {

// What is known of a key once it has been shown.
struct Key {
  std::string id;
  std::string account_id;
  std::string prefix;  // the display prefix: "rmvr_live_" and the first 4 random characters
  std::string name;
  Timestamp created_at;
  std::optional<Timestamp> last_used_at;  // at most a minute behind
  std::optional<Timestamp> revoked_at;
};

struct CreatedKey {
  Key key;
  std::string text;  // the whole key; it exists nowhere else
};

// kNotFound where there is no such open account, kConflict, with a public text, where it has not accepted the rights
// statement, kBadRequest for a name of more than 100 bytes.
Result<CreatedKey> CreateKey(store::Transaction& transaction, std::string_view account_id, std::string_view name,
                             Timestamp now);

// The account's keys, oldest first, revoked ones included.
Result<std::vector<Key>> ListKeys(store::Transaction& transaction, std::string_view account_id);

// Revokes the one living key that begins with `prefix`: the display prefix, a longer beginning of the key or the whole
// key, or a key's id. kNotFound where none does, kConflict where several do, kBadRequest where the prefix is shorter
// than a display prefix.
Result<Key> RevokeKey(store::Transaction& transaction, std::string_view prefix, Timestamp now);

// Whose key it is.
struct Identity {
  Account account;
  std::string key_id;
};

// Checks form and checksum before any look-up, then looks its SHA-256 up. Every refusal is the same kUnauthorized,
// whichever of malformed, unknown, revoked or closed it is. Writes last_used at most once a minute, and not at all
// where the database is busy. Thread-safe.
Result<Identity> Authenticate(store::Database& database, std::string_view text, Timestamp now);

}  // namespace removr::account
