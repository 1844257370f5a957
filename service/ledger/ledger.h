// The credit ledger: append-only and two-sided. Every entry moves credits between an account and a system account, so
// all balances always add up to zero. The database itself refuses to change or delete an entry, to write one reference
// twice, and to let an account's balance fall below zero.
//
// All functions work in the caller's transaction, so a charge and its job, or a failure and its refund, happen
// together. Errors that any of them may return: those of Transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/ledger/rules.h"
#include "service/store/database.h"

namespace removr::ledger {

// Opens a ledger account with balance 0. kConflict where it exists.
Status OpenAccount(store::Transaction& transaction, std::string_view account_id);

// What the account can spend: the sum of its entries. kNotFound for an account never opened.
Result<Credits> Balance(store::Transaction& transaction, std::string_view account_id);

// Gives credits. `reference` is the caller's, unique among grants ("renewal/ID/2026-02"; a random one for an operator's
// gift): returns false, and changes nothing, where that reference was granted before. `note` says why, for people.
// kBadRequest for an amount outside 1..kCreditsMax, kNotFound.
Result<bool> Grant(store::Transaction& transaction, std::string_view account_id, Credits amount,
                   std::string_view reference, std::string_view note, Timestamp now);

// Takes the credits of a job and returns the balance that is left. kInsufficientCredits where it does not cover them,
// kConflict where the job was charged before, kNotFound. Nothing is changed then.
Result<Credits> Charge(store::Transaction& transaction, std::string_view account_id, Credits amount,
                       std::string_view job_id, Timestamp now);

// Gives the credit of one image back. Returns whether it did: false where the image had been refunded, which is no
// error.
Result<bool> Refund(store::Transaction& transaction, std::string_view account_id, std::string_view job_id,
                    int image_index, std::string_view note, Timestamp now);

// What is left of the grant of that reference, where its credits are the first to be spent: its amount less what was
// charged and not refunded since; never below 0, nor above the balance. 0 where there is no such grant.
Result<Credits> UnusedOfGrant(store::Transaction& transaction, std::string_view account_id, std::string_view reference);

// Takes credits that were not used in time. `reference` is unique among lapses: returns false, and changes nothing,
// where that reference has lapsed before. kInsufficientCredits, kNotFound, kBadRequest as Grant.
Result<bool> Lapse(store::Transaction& transaction, std::string_view account_id, Credits amount,
                   std::string_view reference, std::string_view note, Timestamp now);

// One entry as its account sees it.
struct Entry {
  std::int64_t id = 0;  // grows with time
  Credits amount = 0;   // signed: above 0 arrived, below 0 left
  Reason reason = Reason::kGrant;
  std::string reference;
  std::string note;
  Timestamp created_at;
};

// Up to `limit` (1 to 200) entries, newest first, with ids below `before` (nullopt begins with the newest). The last
// one's id is the cursor of the next page.
Result<std::vector<Entry>> Entries(store::Transaction& transaction, std::string_view account_id,
                                   std::optional<std::int64_t> before, int limit);

// What all accounts together were given, have been charged, got back, and did not use in time.
struct Totals {
  Credits granted = 0, charged = 0, refunded = 0, lapsed = 0;
};
Result<Totals> ReadTotals(store::Transaction& transaction);

// What an audit found; all zero in a sound ledger.
struct Audit {
  Credits sum_of_balances = 0;         // over all accounts, the system's included
  std::int64_t wrong_balances = 0;     // kept balances that differ from the sum of their entries
  std::int64_t negative_accounts = 0;  // accounts of users below zero
  bool Sound() const { return sum_of_balances == 0 && wrong_balances == 0 && negative_accounts == 0; }
};
// Reads every entry: for tests, backups and the operator.
Result<Audit> AuditAll(store::Transaction& transaction);

}  // namespace removr::ledger
