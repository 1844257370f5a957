// What a movement of credits may be, as pure values: which system account stands on the other side, and what an entry's
// reference is. ledger.h writes what is decided here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace removr::ledger {

// 1 credit is 1 image. Never a fraction.
using Credits = std::int64_t;

// No movement is larger, so that sums stay far from overflow.
inline constexpr Credits kCreditsMax = 1'000'000'000'000;

enum class Reason {
  kGrant,   // system:grants -> account
  kCharge,  // account -> system:usage
  kRefund,  // system:refunds -> account
  kLapse,   // account -> system:lapses
};
std::string_view Name(Reason reason);  // "grant", "charge", "refund", "lapse"

// The accounts that stand on the other side. Theirs are the only balances that may be below zero.
inline constexpr std::string_view kGrantsAccount = "system:grants";
inline constexpr std::string_view kUsageAccount = "system:usage";
inline constexpr std::string_view kRefundsAccount = "system:refunds";
inline constexpr std::string_view kLapsesAccount = "system:lapses";

// One movement: `amount` credits leave `from` and arrive at `to`. A reason and a reference name it; a second one of the
// same two is refused by the database, so what a reference stands for happens once.
struct Transfer {
  std::string from, to;
  Credits amount = 0;
  Reason reason = Reason::kGrant;
  std::string reference;
};

// The movement for `reason` on `account`. kBadRequest where amount is outside 1..kCreditsMax or the reference is empty
// or longer than 200 bytes.
Result<Transfer> MakeTransfer(Reason reason, std::string_view account, Credits amount, std::string_view reference);

// Whether an account of `balance` can pay `amount`: kInsufficientCredits where not.
Status CheckCovers(Credits balance, Credits amount);

// The references: a job is charged once, an image of it refunded once.
std::string ChargeReference(std::string_view job_id);
std::string RefundReference(std::string_view job_id, int image_index);

}  // namespace removr::ledger
