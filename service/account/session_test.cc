#include "service/account/session.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "service/account/password.h"
#include "service/account/password_reset.h"
#include "service/account/secret.h"
#include "service/store/random_id.h"
#include "service/store/test_database.h"

namespace removr::account {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using store::Transaction;

constexpr Timestamp kNow{1'700'000'000'000};

class SessionTest : public testing::Test {
 protected:
  SessionTest() : folder_(fs::temp_directory_path() / ("removr-session-" + store::RandomId())) {
    database_ = store::Database::Open({test_database_.Url()}).value();
    anna_ = Make("anna@example.org");
  }
  ~SessionTest() override {
    database_.reset();
    fs::remove_all(folder_);
  }

  Account Make(const std::string& email) {
    return database_->Write([&](Transaction& transaction) { return Create(transaction, {email}, kNow); }).value();
  }
  std::string Open(const Account& account, Timestamp now = kNow) {
    return database_->Write([&](Transaction& transaction) { return OpenSession(transaction, account.id, now); })
        .value();
  }
  bool Lives(const std::string& token, Timestamp now = kNow) { return FindSession(*database_, token, now).has_value(); }
  std::string ResetToken(Timestamp now = kNow) {
    return database_->Write([&](Transaction& transaction) { return MakeResetToken(transaction, anna_.id, now); })
        .value();
  }
  Status SetAnnasPassword(std::string_view hash, std::string_view kept = "") {
    return database_->Write([&](Transaction& transaction) { return SetPassword(transaction, anna_.id, hash, kept); });
  }
  std::int64_t Count(const std::string& table) {
    return database_
        ->Read([&](Transaction& transaction) { return transaction.QueryOne("SELECT count(*) FROM " + table); })
        .value()
        ->Int(0);
  }

  fs::path folder_;
  store::TestDatabase test_database_{folder_};
  std::unique_ptr<store::Database> database_;
  Account anna_;
};

TEST_F(SessionTest, BelongsToItsAccountUntilItIsEnded) {
  const std::string token = Open(anna_);
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(FindSession(*database_, token, kNow)->account.id, anna_.id);
  ASSERT_TRUE(database_->Write([&](Transaction& transaction) { return EndSession(transaction, token); }));
  EXPECT_FALSE(Lives(token));
}

TEST_F(SessionTest, NothingElseIsASession) {
  const std::string token = Open(anna_);
  for (const std::string& wrong :
       {std::string(), token.substr(1), token + "x", std::string(43, 'x'), Sha256Hex(token)}) {
    EXPECT_EQ(FindSession(*database_, wrong, kNow).error().code, ErrorCode::kUnauthorized) << wrong;
  }
}

TEST_F(SessionTest, KeepsNoToken) {
  const std::string token = Open(anna_);
  const auto row =
      database_->Read([](Transaction& transaction) { return transaction.QueryOne("SELECT sha256 FROM sessions"); });
  EXPECT_EQ((*row)->Text(0), Sha256Hex(token));
}

TEST_F(SessionTest, EndsThirtyDaysAfterItsLastUse) {
  const std::string token = Open(anna_);
  EXPECT_FALSE(FindSession(*database_, token, kNow + 59min)->extended);
  const Timestamp used = kNow + 29 * 24h;
  EXPECT_TRUE(FindSession(*database_, token, used)->extended);
  EXPECT_FALSE(FindSession(*database_, token, used)->extended);
  EXPECT_FALSE(Lives(token, used + kSessionLasts));
  EXPECT_TRUE(Lives(token, used + (kSessionLasts - 1ms)));
}

TEST_F(SessionTest, OldOnesAreRemovedWhenANewOneIsOpened) {
  Open(anna_);
  Open(anna_, kNow + 1h);
  Open(anna_, kNow + kSessionLasts);
  EXPECT_EQ(Count("sessions"), 2);
}

TEST_F(SessionTest, ANewPasswordEndsAllButTheOneInWhichItWasSet) {
  const std::string here = Open(anna_);
  const std::string elsewhere = Open(anna_);
  const std::string bens = Open(Make("ben@example.org"));
  ASSERT_TRUE(SetAnnasPassword("hash", here));
  EXPECT_TRUE(Lives(here));
  EXPECT_FALSE(Lives(elsewhere));
  EXPECT_TRUE(Lives(bens));
  ASSERT_TRUE(SetAnnasPassword("hash"));
  EXPECT_FALSE(Lives(here));
}

TEST_F(SessionTest, ClosingTheAccountEndsThem) {
  const std::string token = Open(anna_);
  ResetToken();
  ASSERT_TRUE(database_->Write([&](Transaction& transaction) { return Close(transaction, anna_.id, kNow); }));
  EXPECT_FALSE(Lives(token));
  EXPECT_EQ(Count("sessions") + Count("password_resets"), 0);
}

TEST_F(SessionTest, CsrfTokensFollowFromTheSessionAlone) {
  const std::string token = Open(anna_);
  EXPECT_EQ(CsrfToken(token), CsrfToken(token));
  EXPECT_NE(CsrfToken(token), CsrfToken(Open(anna_)));
  EXPECT_NE(CsrfToken(token), Sha256Hex(token));
  EXPECT_EQ(CsrfToken(token).size(), 64U);
}

TEST_F(SessionTest, AResetLinkSetsThePasswordOnceAndEndsTheSessions) {
  const std::string session = Open(anna_);
  const std::string token = ResetToken();
  EXPECT_EQ(ResetPassword(*database_, token, "short", kNow).error().code, ErrorCode::kBadRequest);
  ASSERT_TRUE(ResetPassword(*database_, token, "a new password", kNow));
  EXPECT_TRUE(CheckPassword(*database_, anna_.email, "a new password"));
  EXPECT_FALSE(Lives(session));
  EXPECT_EQ(ResetPassword(*database_, token, "another password", kNow).error().code, ErrorCode::kGone);
}

TEST_F(SessionTest, AResetLinkLastsAnHourOrUntilTheNext) {
  const std::string first = ResetToken();
  EXPECT_EQ(ResetPassword(*database_, first, "a new password", kNow + 1h).error().code, ErrorCode::kGone);
  const std::string second = ResetToken();
  EXPECT_EQ(ResetPassword(*database_, first, "a new password", kNow).error().code, ErrorCode::kGone);
  EXPECT_EQ(ResetPassword(*database_, "", "a new password", kNow).error().code, ErrorCode::kGone);
  EXPECT_TRUE(ResetPassword(*database_, second, "a new password", kNow + 59min));
  const std::string third = ResetToken();
  ASSERT_TRUE(SetAnnasPassword("hash"));
  EXPECT_EQ(ResetPassword(*database_, third, "a new password", kNow).error().code, ErrorCode::kGone);
}

TEST(Secret, ComparesWholeTexts) {
  EXPECT_TRUE(SameSecret("abc", "abc"));
  EXPECT_TRUE(SameSecret("", ""));
  EXPECT_FALSE(SameSecret("abc", "abd"));
  EXPECT_FALSE(SameSecret("abc", "ab"));
}

// RFC 4231, test case 2, and the empty message of FIPS 180-4.
TEST(Secret, HashesAsTheStandardsSay) {
  EXPECT_EQ(DeriveSecret("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace removr::account
