// Accounts: who may use the service, on which plan, and that they accepted the rights statement. Credits are the
// ledger's.
//
// All functions work in the caller's transaction; besides what they name they may return Transaction's errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/store/database.h"

namespace removr::account {

// The statement that an account accepts once: that it owns, or is licensed to edit, what it sends. Its version is
// recorded with the acceptance; a changed text gets a new version.
inline constexpr std::string_view kRightsVersion = "2026-01";
extern const std::string_view kRightsStatement;

struct RightsAcceptance {
  Timestamp accepted_at;
  std::string accepted_by;  // "user", or "operator" where `removr account create` recorded it
  std::string version;
};

struct Account {
  std::string id;     // also its ledger account
  std::string email;  // normalised
  std::string plan;
  bool is_operator = false;
  bool has_password = false;
  Timestamp created_at;
  std::optional<Timestamp> plan_since;  // nullopt: from an older version
  std::optional<Timestamp> renews_at;   // nullopt: the plan does not renew
  std::optional<Timestamp> closed_at;
  std::optional<RightsAcceptance> rights;
};

inline constexpr std::string_view kDefaultPlan = "free";

// Trimmed, and lower case in ASCII. kBadRequest, with a public text, for what cannot be an address: no single '@' with
// something before it and a dotted host after it, spaces or control characters, or more than 254 bytes (RFC
// 5321, 4.5.3.1.3).
Result<std::string> NormaliseEmail(std::string_view email);

struct NewAccount {
  std::string email;
  std::string plan{kDefaultPlan};
  std::optional<std::string> password_hash = {};  // of HashPassword
  std::optional<std::string> rights_accepted_by = {};
};

// Makes the account, opens its ledger account and begins its plan (plan.h). kConflict where the address has an account,
// kBadRequest for an address or a plan that will not do.
Result<Account> Create(store::Transaction& transaction, const NewAccount& account, Timestamp now);

// kNotFound where there is none (a closed account is found by its id only; its address is free again).
Result<Account> FindByEmail(store::Transaction& transaction, std::string_view email);
Result<Account> Find(store::Transaction& transaction, std::string_view account_id);

// Up to `limit` open accounts with addresses after `after` ("" begins), by address.
Result<std::vector<Account>> List(store::Transaction& transaction, std::string_view after, int limit);

// How many open accounts there are.
Result<std::int64_t> Count(store::Transaction& transaction);

// Each: kNotFound where there is no such open account.
Status SetOperator(store::Transaction& transaction, std::string_view account_id, bool is_operator);
// The first acceptance of a version stays; a repeated one changes nothing.
Status AcceptRights(store::Transaction& transaction, std::string_view account_id, std::string_view accepted_by,
                    Timestamp now);
// Sets the password to what `password_hash` (password.h) is of, and ends the account's sessions but that of
// `kept_session` ("": all) and its reset link.
Status SetPassword(store::Transaction& transaction, std::string_view account_id, std::string_view password_hash,
                   std::string_view kept_session = "");
// Closes it: revokes its keys, ends its sessions, forgets password, address and the names of keys. Ledger entries stay.
// Jobs and files are service/job's (closing.h).
Status Close(store::Transaction& transaction, std::string_view account_id, Timestamp now);

// The account whose password it is. Hashes, outside of any transaction, and takes as long for an unknown address as for
// a known one. kUnauthorized, always the same, where it is not.
Result<Account> CheckPassword(store::Database& database, std::string_view email, std::string_view password);

}  // namespace removr::account
