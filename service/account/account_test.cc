#include "service/account/account.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "service/account/key.h"
#include "service/account/key_format.h"
#include "service/account/password.h"
#include "service/account/plan.h"
#include "service/ledger/ledger.h"
#include "service/store/random_id.h"
#include "service/store/test_database.h"

namespace removr::account {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using store::Transaction;

constexpr Timestamp kNow{1'700'000'000'000};

class AccountTest : public testing::Test {
 protected:
  AccountTest() : folder_(fs::temp_directory_path() / ("removr-account-" + store::RandomId())) {
    database_ = store::Database::Open({test_database_.Url()}).value();
    EXPECT_TRUE(database_->Write([](Transaction& transaction) { return DefinePlans(transaction, {{.name = "pro"}}); }));
  }
  ~AccountTest() override {
    database_.reset();
    fs::remove_all(folder_);
  }

  template <typename Work>
  auto Write(Work work) {
    return database_->Write(work);
  }
  Result<Account> Make(NewAccount account) {
    return Write([&](Transaction& transaction) { return Create(transaction, account, kNow); });
  }
  // An account that may have keys.
  Account Anna() { return Make({"anna@example.org", "free", {}, "operator"}).value(); }
  Result<Account> ByEmail(std::string_view email) {
    return Write([&](Transaction& transaction) { return FindByEmail(transaction, email); });
  }
  Result<CreatedKey> MakeKey(const Account& account, std::string_view name = "a key") {
    return Write([&](Transaction& transaction) { return CreateKey(transaction, account.id, name, kNow); });
  }
  Result<Key> Revoke(std::string_view prefix) {
    return Write([&](Transaction& transaction) { return RevokeKey(transaction, prefix, kNow); });
  }
  std::vector<Key> Keys(const Account& account) {
    return Write([&](Transaction& transaction) { return ListKeys(transaction, account.id); }).value();
  }
  Status CloseIt(const Account& account) {
    return Write([&](Transaction& transaction) { return Close(transaction, account.id, kNow); });
  }

  fs::path folder_;
  store::TestDatabase test_database_{folder_};
  std::unique_ptr<store::Database> database_;
};

TEST(NormaliseEmail, AcceptsAddressesAndRefusesTheRest) {
  struct Case {
    std::string email;
    std::string normal;  // "": refused
  };
  const Case cases[] = {
      {"anna@example.org", "anna@example.org"},
      {"  Anna.B+x@EXAMPLE.Org\n", "anna.b+x@example.org"},
      {"märta@exämple.org", "märta@exämple.org"},
      {"", ""},
      {"anna", ""},
      {"anna@", ""},
      {"@example.org", ""},
      {"anna@localhost", ""},
      {"anna@.org", ""},
      {"anna@org.", ""},
      {"a@b@c.org", ""},
      {"an na@example.org", ""},
      {std::string("an\0na@example.org", 17), ""},
      {std::string(250, 'a') + "@b.org", ""},
  };
  for (const Case& c : cases) {
    const auto normal = NormaliseEmail(c.email);
    EXPECT_EQ(normal.value_or(""), c.normal) << c.email;
    if (!normal) {
      EXPECT_EQ(normal.error().code, ErrorCode::kBadRequest);
    }
  }
}

TEST_F(AccountTest, CreatesAndFinds) {
  const auto made = Make({"Anna@Example.org", "pro", {}, "operator"});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->email, "anna@example.org");
  EXPECT_EQ(made->plan, "pro");
  EXPECT_FALSE(made->is_operator);
  EXPECT_FALSE(made->has_password);
  EXPECT_EQ(made->created_at, kNow);
  ASSERT_TRUE(made->rights);
  EXPECT_EQ(made->rights->accepted_by, "operator");
  EXPECT_EQ(made->rights->accepted_at, kNow);
  EXPECT_EQ(made->rights->version, kRightsVersion);
  EXPECT_EQ(ByEmail("ANNA@example.org")->id, made->id);
  const auto balance = Write([&](Transaction& transaction) { return ledger::Balance(transaction, made->id); });
  EXPECT_EQ(balance.value(), 0);
}

TEST_F(AccountTest, RefusesASecondAccountOfOneAddressAndPlansWithoutAName) {
  Anna();
  EXPECT_EQ(Make({"ANNA@example.org"}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Make({"no address"}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Make({"ben@example.org", "Not A Plan"}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Make({"ben@example.org", ""}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(ByEmail("ben@example.org").error().code, ErrorCode::kNotFound);
}

TEST_F(AccountTest, ListsByAddressInPages) {
  for (const char* email : {"c@x.org", "a@x.org", "b@x.org"}) ASSERT_TRUE(Make({email}));
  const auto page = [&](std::string_view after) {
    std::string emails;
    const auto accounts = Write([&](Transaction& transaction) { return List(transaction, after, 2); }).value();
    for (const Account& account : accounts) emails += account.email + " ";
    return emails;
  };
  EXPECT_EQ(page(""), "a@x.org b@x.org ");
  EXPECT_EQ(page("b@x.org"), "c@x.org ");
}

TEST_F(AccountTest, ChangesPlanAndOperator) {
  const Account anna = Anna();
  ASSERT_TRUE(Write([&](Transaction& transaction) -> Status {
    TRY(SetPlan(transaction, anna.id, "pro", kNow));
    return SetOperator(transaction, anna.id, true);
  }));
  EXPECT_EQ(ByEmail(anna.email)->plan, "pro");
  EXPECT_TRUE(ByEmail(anna.email)->is_operator);
  EXPECT_EQ(Write([](Transaction& transaction) { return SetPlan(transaction, "nobody", "pro", kNow); }).error().code,
            ErrorCode::kNotFound);
}

TEST_F(AccountTest, KeepsTheFirstAcceptanceOfTheRights) {
  const Account ben = Make({"ben@example.org"}).value();
  EXPECT_FALSE(ben.rights);
  const auto accept = [&](std::string_view by, Timestamp now) {
    return Write([&](Transaction& transaction) { return AcceptRights(transaction, ben.id, by, now); });
  };
  ASSERT_TRUE(accept("user", kNow));
  ASSERT_TRUE(accept("operator", kNow + 1h));
  EXPECT_EQ(ByEmail(ben.email)->rights->accepted_by, "user");
  EXPECT_EQ(ByEmail(ben.email)->rights->accepted_at, kNow);
}

TEST_F(AccountTest, ChecksPasswords) {
  const Account anna = Make({"anna@example.org", "free", HashPassword("correct horse").value()}).value();
  EXPECT_TRUE(anna.has_password);
  EXPECT_EQ(CheckPassword(*database_, "ANNA@example.org", "correct horse")->id, anna.id);
  ASSERT_TRUE(Make({"ben@example.org"}));
  const std::pair<std::string, std::string> wrong[] = {{"anna@example.org", "correct horsf"},
                                                       {"nobody@example.org", "correct horse"},
                                                       {"no address", "correct horse"},
                                                       {"ben@example.org", ""}};
  for (const auto& [email, password] : wrong) {
    const auto refused = CheckPassword(*database_, email, password);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnauthorized) << email;
    EXPECT_EQ(refused.error().public_text, "The address or the password is wrong.") << email;
  }
}

TEST(Password, HasBounds) {
  EXPECT_EQ(HashPassword("ninechars").error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(HashPassword("ääääääääää").value_or("").substr(0, 10), "$argon2id$");
  EXPECT_EQ(HashPassword("äääääääää").error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(HashPassword(std::string(201, 'x')).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(HashPassword("x" + std::string(800, '\x80')).error().code, ErrorCode::kBadRequest);
  std::string longest;
  for (int i = 0; i < 200; ++i) longest += "\U0001F512";
  const auto hash = HashPassword(longest);
  ASSERT_TRUE(hash);
  EXPECT_TRUE(*PasswordMatches(*hash, longest));
  EXPECT_FALSE(*PasswordMatches(*hash, longest + "x"));
  EXPECT_FALSE(*PasswordMatches("", "nobody's password"));
}

TEST_F(AccountTest, ClosingFreesTheAddressAndRevokesTheKeys) {
  const Account anna = Anna();
  const auto key = MakeKey(anna).value();
  ASSERT_TRUE(CloseIt(anna));
  EXPECT_EQ(ByEmail(anna.email).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Authenticate(*database_, key.text, kNow).error().code, ErrorCode::kUnauthorized);
  EXPECT_EQ(MakeKey(anna).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(CloseIt(anna).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(Make({anna.email}));
  const auto closed = Write([&](Transaction& transaction) { return Find(transaction, anna.id); });
  EXPECT_EQ(closed->closed_at, kNow);
  EXPECT_EQ(closed->email, "");
}

TEST(KeyFormat, EveryMistypedCharacterIsRefused) {
  EXPECT_EQ(Crc32("123456789"), 0xCBF43926u) << "the check value of CRC-32";
  const std::string key = FormatKey("0123456789abcdefghijABCDEFGHIJzZ");
  EXPECT_EQ(key.size(), kKeyChars);
  EXPECT_TRUE(key.starts_with("rmvr_live_"));
  ASSERT_TRUE(IsWellFormedKey(key));
  for (std::size_t i = 0; i < key.size(); ++i) {
    std::string mistyped = key;
    mistyped[i] = mistyped[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(IsWellFormedKey(mistyped)) << i;
  }
  for (const std::string& other : {std::string(), key + "0", key.substr(1), key.substr(0, 47), " " + key.substr(1)}) {
    EXPECT_FALSE(IsWellFormedKey(other)) << other;
  }
}

TEST_F(AccountTest, AKeyIsShownOnceAndKeptAsAHash) {
  const Account anna = Anna();
  const auto made = MakeKey(anna, "laptop").value();
  EXPECT_TRUE(IsWellFormedKey(made.text));
  EXPECT_EQ(made.key.prefix, made.text.substr(0, 14));
  const auto keys = Keys(anna);
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0].name, "laptop");
  EXPECT_EQ(keys[0].created_at, kNow);
  EXPECT_FALSE(keys[0].last_used_at);
  if (store::TestDatabase::IsPostgres()) return;  // the files are its server's
  // Nowhere in the files of the database.
  database_.reset();
  for (const auto& entry : fs::directory_iterator(folder_)) {
    std::FILE* file = std::fopen(entry.path().c_str(), "rb");
    std::string content(fs::file_size(entry.path()), 0);
    ASSERT_EQ(std::fread(content.data(), 1, content.size(), file), content.size());
    std::fclose(file);
    EXPECT_EQ(content.find(made.text.substr(14, 20)), std::string::npos) << entry.path();
  }
}

TEST_F(AccountTest, NoKeyWithoutTheRights) {
  const Account ben = Make({"ben@example.org"}).value();
  EXPECT_EQ(MakeKey(ben).error().code, ErrorCode::kConflict);
  EXPECT_EQ(MakeKey(Anna(), std::string(101, 'x')).error().code, ErrorCode::kBadRequest);
}

TEST_F(AccountTest, AuthenticatesLivingKeysAlone) {
  const Account anna = Anna();
  const auto made = MakeKey(anna).value();
  const auto identity = Authenticate(*database_, made.text, kNow);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->account.id, anna.id);
  EXPECT_EQ(identity->key_id, made.key.id);
  ASSERT_TRUE(Revoke(made.key.prefix));
  const std::string never_made = FormatKey(store::RandomText(store::kBase62, 32));
  for (const std::string& text : {made.text, never_made, std::string("rmvr_live_x"), std::string()}) {
    const auto refused = Authenticate(*database_, text, kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnauthorized);
    EXPECT_EQ(refused.error().message, "no living key") << "the same for all";
  }
}

TEST_F(AccountTest, WritesLastUsedOnceAMinute) {
  const Account anna = Anna();
  const auto made = MakeKey(anna).value();
  const auto used_at = [&](Timestamp now) {
    EXPECT_TRUE(Authenticate(*database_, made.text, now));
    return Keys(anna)[0].last_used_at;
  };
  EXPECT_EQ(used_at(kNow), kNow);
  EXPECT_EQ(used_at(kNow + 59s), kNow);
  EXPECT_EQ(used_at(kNow + 60s), kNow + 60s);
}

TEST_F(AccountTest, AuthenticatesWhileAnotherWrites) {
  const auto made = MakeKey(Anna()).value();
  const auto patient = store::Database::Open({test_database_.Url(), 2, 50ms}).value();
  const auto writer = database_->Begin(store::Database::Mode::kWrite);
  ASSERT_TRUE(writer);
  EXPECT_TRUE(Authenticate(*patient, made.text, kNow));
}

TEST_F(AccountTest, RevokesByPrefix) {
  const Account anna = Anna();
  const auto first = MakeKey(anna).value();
  const auto second = MakeKey(anna).value();
  EXPECT_EQ(Revoke("rmvr_live_").error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Revoke("rmvr").error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Revoke("").error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Revoke("rmvr_live_????").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Revoke("nonsense").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Revoke(first.key.prefix)->id, first.key.id);
  EXPECT_EQ(Revoke(first.key.prefix).error().code, ErrorCode::kNotFound) << "it is revoked already";
  EXPECT_EQ(Revoke(second.text)->id, second.key.id);
  EXPECT_EQ(Keys(anna)[0].revoked_at, kNow);
}

TEST_F(AccountTest, APrefixOfTwoKeysRevokesNeither) {
  const Account anna = Anna();
  const auto first = MakeKey(anna).value();
  const auto second = MakeKey(anna).value();
  // Two keys draw the same 4 characters once in 15 million: arranged.
  ASSERT_TRUE(Write([&](Transaction& transaction) {
    return transaction.Execute("UPDATE api_keys SET prefix = :prefix", {first.key.prefix});
  }));
  EXPECT_EQ(Revoke(first.key.prefix).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Revoke(second.key.id)->id, second.key.id);
  EXPECT_EQ(Revoke(first.key.prefix)->id, first.key.id);
}

}  // namespace
}  // namespace removr::account
