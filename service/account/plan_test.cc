#include "service/account/plan.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "service/account/account.h"
#include "service/ledger/ledger.h"
#include "service/store/random_id.h"
#include "service/store/test_database.h"

namespace removr::account {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using store::Transaction;

Timestamp At(int year, unsigned month, unsigned day, std::chrono::milliseconds time = 12h) {
  using namespace std::chrono;
  const sys_days date = std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day};
  return Timestamp{duration_cast<milliseconds>(date.time_since_epoch()).count()} + time;
}

TEST(AddMonths, KeepsTheDayOrTakesTheMonthsLast) {
  struct Case {
    Timestamp from;
    int months;
    Timestamp to;
  };
  const Case cases[] = {
      {At(2026, 1, 15), 1, At(2026, 2, 15)},         {At(2026, 1, 31), 1, At(2026, 2, 28)},
      {At(2026, 1, 31), 2, At(2026, 3, 31)},         {At(2028, 1, 30), 1, At(2028, 2, 29)},
      {At(2026, 10, 31), 1, At(2026, 11, 30)},       {At(2026, 12, 5), 1, At(2027, 1, 5)},
      {At(2026, 1, 31), 13, At(2027, 2, 28)},        {At(2024, 2, 29), 12, At(2025, 2, 28)},
      {At(2026, 1, 31, 0h), 1, At(2026, 2, 28, 0h)}, {At(2026, 5, 31, 24h - 1ms), 1, At(2026, 6, 30, 24h - 1ms)},
  };
  for (const Case& c : cases) EXPECT_EQ(AddMonths(c.from, c.months), c.to) << FormatRfc3339(c.to);
}

// One account on a plan, and days that pass.
class PlanTest : public testing::Test {
 protected:
  PlanTest() : folder_(fs::temp_directory_path() / ("removr-plan-" + store::RandomId())) {
    database_ = store::Database::Open({test_database_.Url()}).value();
    Define({{.name = "lapsing", .credits_per_month = 10, .price = "1 EUR"},
            {.name = "rolling", .credits_per_month = 10, .rolls_over = true},
            {.name = "larger", .credits_per_month = 100}});
  }
  ~PlanTest() override {
    EXPECT_TRUE(database_->Read([](auto& transaction) { return ledger::AuditAll(transaction); }).value().Sound());
    database_.reset();
    fs::remove_all(folder_);
  }

  template <typename Work>
  auto Write(Work work) {
    return database_->Write(work);
  }
  void Define(const std::vector<Plan>& plans) {
    ASSERT_TRUE(Write([&](Transaction& transaction) { return DefinePlans(transaction, plans); }));
  }
  void Join(std::string_view plan, Timestamp when) {
    id_ = Write([&](Transaction& transaction) {
            return Create(transaction, {.email = "anna@example.org", .plan = std::string(plan)}, when);
          })
              .value()
              .id;
  }
  void Change(std::string_view plan, Timestamp when) {
    ASSERT_TRUE(Write([&](Transaction& transaction) { return SetPlan(transaction, id_, plan, when); }));
  }
  // What the server does every minute.
  void Sweep(Timestamp now) { ASSERT_TRUE(RenewAll(*database_, now)); }
  void Spend(ledger::Credits amount, std::string_view job) {
    ASSERT_TRUE(Write([&](Transaction& transaction) { return ledger::Charge(transaction, id_, amount, job, {}); }));
  }
  void Refund(std::string_view job, int image) {
    ASSERT_TRUE(Write([&](Transaction& transaction) { return ledger::Refund(transaction, id_, job, image, "", {}); }));
  }
  void Gift(ledger::Credits amount) {
    ASSERT_TRUE(
        Write([&](Transaction& transaction) { return ledger::Grant(transaction, id_, amount, "gift", "", {}); }));
  }
  ledger::Credits Credits() {
    return database_->Read([&](Transaction& transaction) { return ledger::Balance(transaction, id_); }).value();
  }
  Account Now() {
    return database_->Read([&](Transaction& transaction) { return Find(transaction, id_); }).value();
  }

  fs::path folder_;
  store::TestDatabase test_database_{folder_};
  std::unique_ptr<store::Database> database_;
  std::string id_;
};

TEST_F(PlanTest, GrantsTheFirstMonthAndThenEachOnItsDay) {
  Join("rolling", At(2026, 1, 31));
  EXPECT_EQ(Credits(), 10);
  EXPECT_EQ(Now().renews_at, At(2026, 2, 28));
  Sweep(At(2026, 2, 28) + -1ms);
  EXPECT_EQ(Credits(), 10);
  Sweep(At(2026, 2, 28));
  EXPECT_EQ(Credits(), 20);
  EXPECT_EQ(Now().renews_at, At(2026, 3, 31)) << "the 31st comes back";
  Sweep(At(2026, 3, 31));
  EXPECT_EQ(Credits(), 30);
  EXPECT_EQ(Now().renews_at, At(2026, 4, 30));
}

TEST_F(PlanTest, RenewsOnceHoweverOftenItIsAsked) {
  Join("rolling", At(2026, 1, 31));
  for (int i = 0; i < 5; ++i) Sweep(At(2026, 2, 28) + i * 1h);
  EXPECT_EQ(Credits(), 20);
  // A record that was put back, as from a backup, does not grant again either.
  ASSERT_TRUE(Write([&](Transaction& transaction) {
    return transaction.Execute("UPDATE accounts SET renews_ms = :then", {At(2026, 2, 28).unix_ms});
  }));
  Sweep(At(2026, 3, 1));
  EXPECT_EQ(Credits(), 20);
}

TEST_F(PlanTest, MakesUpForMonthsInWhichNoServerRan) {
  Join("rolling", At(2026, 1, 31));
  Sweep(At(2026, 5, 2));
  EXPECT_EQ(Credits(), 40) << "February, March and April";
  EXPECT_EQ(Now().renews_at, At(2026, 5, 31));
}

TEST_F(PlanTest, AfterAnyDowntimeALapsingPlanHasOneMonthsCredits) {
  Join("lapsing", At(2026, 1, 31));
  Sweep(At(2030, 5, 2));
  Sweep(At(2030, 5, 2));
  Sweep(At(2030, 5, 2));
  EXPECT_EQ(Credits(), 10);
  EXPECT_EQ(Now().renews_at, At(2030, 5, 31));
}

TEST_F(PlanTest, LapsesWhatIsLeftOfTheMonthAndNothingElse) {
  Join("lapsing", At(2026, 1, 15));
  Gift(5);
  Spend(4, "job-1");
  Refund("job-1", 0);
  EXPECT_EQ(Credits(), 12);
  Sweep(At(2026, 2, 15));
  EXPECT_EQ(Credits(), 15) << "7 of 10 lapsed, 5 were a gift, 10 are new";
  Spend(13, "job-2");
  Sweep(At(2026, 3, 15));
  EXPECT_EQ(Credits(), 12) << "the month's were spent first, then of the gift";
  Refund("job-2", 0);
  Sweep(At(2026, 4, 15));
  EXPECT_EQ(Credits(), 13) << "a late refund does not make more lapse than the month's grant";
}

TEST_F(PlanTest, AChangeGrantsTheNewPlansMonthAndKeepsWhatIsInHand) {
  Join("lapsing", At(2026, 1, 15));
  Change("larger", At(2026, 1, 20));
  EXPECT_EQ(Credits(), 110);
  EXPECT_EQ(Now().renews_at, At(2026, 2, 20));
  Change("larger", At(2026, 1, 21));
  EXPECT_EQ(Credits(), 110) << "it is on that plan";
  EXPECT_EQ(Now().renews_at, At(2026, 2, 20));
  Change("lapsing", At(2026, 1, 20, 13h));
  Change("larger", At(2026, 1, 20, 14h));
  EXPECT_EQ(Credits(), 120) << "to and fro within a day grants each plan's month once";
}

TEST_F(PlanTest, APlanWithoutCreditsNeverRenews) {
  Join("lapsing", At(2026, 1, 15));
  Change(kDefaultPlan, At(2026, 1, 20));
  EXPECT_EQ(Credits(), 10);
  EXPECT_EQ(Now().renews_at, std::nullopt);
  Sweep(At(2026, 6, 1));
  EXPECT_EQ(Credits(), 10);
}

TEST_F(PlanTest, APlanThatIsDefinedLaterBeginsThenAndOneThatGoesEnds) {
  Join(kDefaultPlan, At(2026, 1, 15));
  EXPECT_EQ(Credits(), 0);
  Define({{.name = std::string(kDefaultPlan), .credits_per_month = 3}});
  Sweep(At(2026, 3, 1));
  EXPECT_EQ(Credits(), 3);
  EXPECT_EQ(Now().renews_at, At(2026, 4, 1));
  Define({});
  Sweep(At(2026, 4, 1));
  EXPECT_EQ(Credits(), 3);
  EXPECT_EQ(Now().renews_at, std::nullopt);
}

TEST_F(PlanTest, AClosedAccountIsGrantedNothing) {
  Join("rolling", At(2026, 1, 15));
  ASSERT_TRUE(Write([&](Transaction& transaction) { return Close(transaction, id_, At(2026, 1, 16)); }));
  Sweep(At(2026, 6, 1));
  EXPECT_EQ(Credits(), 10);
  EXPECT_EQ(
      Write([&](Transaction& transaction) { return SetPlan(transaction, id_, "larger", At(2026, 6, 1)); }).error().code,
      ErrorCode::kNotFound);
}

TEST_F(PlanTest, RefusesAPlanThatIsNotDefined) {
  Join(kDefaultPlan, At(2026, 1, 15));
  const auto set = [&](std::string_view plan) {
    return Write([&](Transaction& transaction) { return SetPlan(transaction, id_, plan, At(2026, 1, 16)); });
  };
  EXPECT_EQ(set("absent").error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(set("Not A Plan").error().code, ErrorCode::kBadRequest);
  const auto plans = database_->Read(ListPlans).value();
  ASSERT_EQ(plans.size(), 3u);
  EXPECT_EQ(plans[0].name, "lapsing");
  EXPECT_EQ(plans[0].price, "1 EUR");
  EXPECT_TRUE(plans[2].rolls_over);
}

}  // namespace
}  // namespace removr::account
