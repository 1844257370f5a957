#include "service/ledger/rules.h"

#include <gtest/gtest.h>

namespace removr::ledger {
namespace {

TEST(Rules, MovesCreditsBetweenTheAccountAndTheReasonsSystemAccount) {
  struct Case {
    Reason reason;
    std::string from, to;
  };
  const Case cases[] = {{Reason::kGrant, "system:grants", "anna"},
                        {Reason::kCharge, "anna", "system:usage"},
                        {Reason::kRefund, "system:refunds", "anna"},
                        {Reason::kLapse, "anna", "system:lapses"}};
  for (const Case& c : cases) {
    const auto transfer = MakeTransfer(c.reason, "anna", 3, "ref");
    ASSERT_TRUE(transfer) << Name(c.reason);
    EXPECT_EQ(transfer->from, c.from);
    EXPECT_EQ(transfer->to, c.to);
    EXPECT_EQ(transfer->amount, 3);
    EXPECT_EQ(transfer->reference, "ref");
  }
}

TEST(Rules, RefusesAmountsAndReferencesOutOfBounds) {
  struct Case {
    Credits amount;
    std::string reference;
    bool ok;
  };
  const Case cases[] = {
      {0, "r", false},
      {-1, "r", false},
      {1, "r", true},
      {kCreditsMax, "r", true},
      {kCreditsMax + 1, "r", false},
      {1, "", false},
      {1, std::string(200, 'r'), true},
      {1, std::string(201, 'r'), false},
  };
  for (const Case& c : cases) {
    const auto transfer = MakeTransfer(Reason::kGrant, "anna", c.amount, c.reference);
    EXPECT_EQ(transfer.has_value(), c.ok) << c.amount << " " << c.reference;
    if (!c.ok) {
      EXPECT_EQ(transfer.error().code, ErrorCode::kBadRequest);
    }
  }
}

TEST(Rules, CoversExactlyWhatTheBalanceHolds) {
  EXPECT_TRUE(CheckCovers(3, 3));
  EXPECT_TRUE(CheckCovers(4, 3));
  EXPECT_EQ(CheckCovers(2, 3).error().code, ErrorCode::kInsufficientCredits);
  EXPECT_EQ(CheckCovers(0, 1).error().code, ErrorCode::kInsufficientCredits);
}

TEST(Rules, NamesWhatHappensOnce) {
  EXPECT_EQ(ChargeReference("j"), "j");
  EXPECT_EQ(RefundReference("j", 2), "j/2");
  EXPECT_NE(RefundReference("j", 12), RefundReference("j", 1));
}

}  // namespace
}  // namespace removr::ledger
