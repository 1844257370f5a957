#include "service/ledger/rules.h"

namespace removr::ledger {
namespace {
constexpr std::size_t kReferenceMaxBytes = 200;
}

std::string_view Name(Reason reason) {
  switch (reason) {
    case Reason::kGrant: return "grant";
    case Reason::kCharge: return "charge";
    case Reason::kRefund: return "refund";
    case Reason::kLapse: return "lapse";
  }
  return "";
}

Result<Transfer> MakeTransfer(Reason reason, std::string_view account, Credits amount, std::string_view reference) {
  if (amount < 1 || amount > kCreditsMax) {
    return Fail(ErrorCode::kBadRequest, "amount " + std::to_string(amount),
                "The number of credits must be between 1 and " + std::to_string(kCreditsMax) + ".");
  }
  if (reference.empty() || reference.size() > kReferenceMaxBytes) {
    return Fail(ErrorCode::kBadRequest, "a reference of " + std::to_string(reference.size()) + " bytes");
  }
  const auto between = [&](std::string_view from, std::string_view to) {
    return Transfer{std::string(from), std::string(to), amount, reason, std::string(reference)};
  };
  switch (reason) {
    case Reason::kGrant: return between(kGrantsAccount, account);
    case Reason::kCharge: return between(account, kUsageAccount);
    case Reason::kRefund: return between(kRefundsAccount, account);
    case Reason::kLapse: return between(account, kLapsesAccount);
  }
  return Fail(ErrorCode::kInternal, "an unknown reason");
}

Status CheckCovers(Credits balance, Credits amount) {
  if (balance >= amount) return {};
  return Fail(ErrorCode::kInsufficientCredits,
              "balance " + std::to_string(balance) + ", required " + std::to_string(amount));
}

std::string ChargeReference(std::string_view job_id) { return std::string(job_id); }

std::string RefundReference(std::string_view job_id, int image_index) {
  return std::string(job_id) + "/" + std::to_string(image_index);
}

}  // namespace removr::ledger
