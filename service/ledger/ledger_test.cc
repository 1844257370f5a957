#include "service/ledger/ledger.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "service/store/random_id.h"
#include "service/store/test_database.h"

namespace removr::ledger {
namespace {

namespace fs = std::filesystem;
constexpr Timestamp kNow{1'700'000'000'000};

// A real database in a folder of its own, with the accounts anna and ben.
class LedgerTest : public testing::Test {
 protected:
  template <typename Work>
  auto Write(Work work) {
    auto result = database_->Write(work);
    const auto audit = database_->Read([](auto& transaction) { return AuditAll(transaction); });
    EXPECT_TRUE(audit && audit->Sound());
    return result;
  }
  LedgerTest() : folder_(fs::temp_directory_path() / ("removr-ledger-" + store::RandomId())) {
    database_ = store::Database::Open({test_database_.Url()}).value();
    EXPECT_TRUE(Write([](auto& transaction) { return OpenAccount(transaction, "anna"); }));
    EXPECT_TRUE(Write([](auto& transaction) { return OpenAccount(transaction, "ben"); }));
  }
  ~LedgerTest() override {
    database_.reset();
    fs::remove_all(folder_);
  }

  Result<bool> Gift(std::string account, Credits amount, std::string reference) {
    return Write([&](auto& transaction) { return Grant(transaction, account, amount, reference, "a gift", kNow); });
  }
  Result<Credits> ChargeJob(std::string account, Credits amount, std::string job) {
    return Write([&](auto& transaction) { return Charge(transaction, account, amount, job, kNow); });
  }
  Result<bool> RefundImage(std::string account, std::string job, int index) {
    return Write([&](auto& transaction) { return Refund(transaction, account, job, index, "failed", kNow); });
  }
  Credits BalanceOf(std::string account) {
    return database_->Read([&](auto& transaction) { return Balance(transaction, account); }).value();
  }
  Result<std::int64_t> Sql(std::string sql) {
    return database_->Write([&](auto& transaction) { return transaction.Execute(sql); });
  }

  fs::path folder_;
  store::TestDatabase test_database_{folder_};
  std::unique_ptr<store::Database> database_;
};

TEST_F(LedgerTest, GrantsChargesAndRefunds) {
  EXPECT_EQ(BalanceOf("anna"), 0);
  EXPECT_TRUE(Gift("anna", 10, "g1").value());
  EXPECT_EQ(ChargeJob("anna", 3, "job").value(), 7);
  EXPECT_TRUE(RefundImage("anna", "job", 1).value());
  EXPECT_EQ(BalanceOf("anna"), 8);
  EXPECT_EQ(BalanceOf("ben"), 0);
}

TEST_F(LedgerTest, GrantsOneReferenceOnce) {
  EXPECT_TRUE(Gift("anna", 10, "renewal/anna/2026-02").value());
  EXPECT_FALSE(Gift("anna", 10, "renewal/anna/2026-02").value());
  EXPECT_EQ(BalanceOf("anna"), 10);
}

TEST_F(LedgerTest, ChargesAJobOnce) {
  ASSERT_TRUE(Gift("anna", 10, "g1"));
  ASSERT_TRUE(ChargeJob("anna", 3, "job"));
  EXPECT_EQ(ChargeJob("anna", 3, "job").error().code, ErrorCode::kConflict);
  EXPECT_EQ(BalanceOf("anna"), 7);
}

TEST_F(LedgerTest, RefundsAFailedImageOnce) {
  ASSERT_TRUE(Gift("anna", 1, "g1"));
  ASSERT_TRUE(ChargeJob("anna", 1, "job"));
  EXPECT_TRUE(RefundImage("anna", "job", 0).value());
  EXPECT_FALSE(RefundImage("anna", "job", 0).value());
  EXPECT_EQ(BalanceOf("anna"), 1);
}

TEST_F(LedgerTest, ChargesNothingWhereTheBalanceDoesNotCover) {
  ASSERT_TRUE(Gift("anna", 2, "g1"));
  EXPECT_EQ(ChargeJob("anna", 3, "job").error().code, ErrorCode::kInsufficientCredits);
  EXPECT_EQ(BalanceOf("anna"), 2);
  EXPECT_EQ(ChargeJob("anna", 2, "job").value(), 0);
}

TEST_F(LedgerTest, KnowsNoAccountThatWasNotOpened) {
  EXPECT_EQ(Gift("carl", 1, "g").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ChargeJob("carl", 1, "j").error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(RefundImage("carl", "j", 0));
  EXPECT_EQ(Gift("system:usage", 1, "g").error().code, ErrorCode::kNotFound);
}

TEST_F(LedgerTest, OpensAnAccountOnce) {
  const auto again = Write([](auto& transaction) { return OpenAccount(transaction, "anna"); });
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
}

TEST_F(LedgerTest, KeepsNothingOfATransactionThatDidNotCommit) {
  {
    auto transaction = database_->Begin(store::Database::Mode::kWrite).value();
    ASSERT_TRUE(Grant(transaction, "anna", 5, "g1", "", kNow));
    EXPECT_EQ(Balance(transaction, "anna").value(), 5);
  }
  EXPECT_EQ(BalanceOf("anna"), 0);
  EXPECT_TRUE(Gift("anna", 5, "g1").value());
}

TEST_F(LedgerTest, PagesThroughEntriesNewestFirst) {
  ASSERT_TRUE(Gift("ben", 1, "for ben"));
  ASSERT_TRUE(Gift("anna", 10, "g1"));
  ASSERT_TRUE(ChargeJob("anna", 3, "job"));
  ASSERT_TRUE(RefundImage("anna", "job", 2));
  const auto page = [&](std::optional<std::int64_t> before, int limit) {
    return database_->Read([&](auto& transaction) { return Entries(transaction, "anna", before, limit); }).value();
  };
  const auto first = page({}, 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].amount, 1);
  EXPECT_EQ(first[0].reason, Reason::kRefund);
  EXPECT_EQ(first[0].reference, "job/2");
  EXPECT_EQ(first[0].note, "failed");
  EXPECT_EQ(first[0].created_at, kNow);
  EXPECT_EQ(first[1].amount, -3);
  EXPECT_EQ(first[1].reason, Reason::kCharge);
  const auto second = page(first[1].id, 2);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].amount, 10);
  EXPECT_EQ(second[0].reason, Reason::kGrant);
  EXPECT_TRUE(page(second[0].id, 2).empty());
}

TEST_F(LedgerTest, TheDatabaseItselfRefusesToRewriteHistory) {
  ASSERT_TRUE(Gift("anna", 2, "g1"));
  EXPECT_EQ(Sql("UPDATE ledger_entries SET amount = 3").error().code, ErrorCode::kConflict);
  EXPECT_EQ(Sql("DELETE FROM ledger_entries").error().code, ErrorCode::kConflict);
  EXPECT_EQ(Sql("UPDATE ledger_accounts SET balance = -1 WHERE id = 'anna'").error().code, ErrorCode::kConflict);
  EXPECT_EQ(BalanceOf("anna"), 2);
}

TEST_F(LedgerTest, AuditsFindAWrongBalance) {
  ASSERT_TRUE(Gift("anna", 2, "g1"));
  ASSERT_TRUE(Sql("UPDATE ledger_accounts SET balance = 3 WHERE id = 'anna'"));
  const auto audit = database_->Read([](auto& transaction) { return AuditAll(transaction); }).value();
  EXPECT_EQ(audit.sum_of_balances, 1);
  EXPECT_EQ(audit.wrong_balances, 1);
  EXPECT_FALSE(audit.Sound());
}

}  // namespace
}  // namespace removr::ledger
