// What only PostgreSQL does, on the server of tests/with_postgresql.sh; database_test.cc has what all engines promise.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "service/store/database.h"
#include "service/store/test_database.h"

namespace removr::store {
namespace {

using Mode = Database::Mode;

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!TestDatabase::IsPostgres()) GTEST_SKIP() << "tests/with_postgresql.sh runs it";
    test_database_ = std::make_unique<TestDatabase>(std::filesystem::path());
    database_ = Database::Open({Url()}).value();
    other_ = Database::Open({.url = Url(), .connections = 1}).value();
    ASSERT_TRUE(Sql("CREATE TABLE pairs (name text PRIMARY KEY)"));
  }

  const std::string& Url() const { return test_database_->Url(); }
  // The server's URL with another user.
  std::string UrlOf(const std::string& user, const std::string& encoded_password) const {
    return "postgresql://" + user + ":" + encoded_password + Url().substr(Url().find('@'));
  }
  Result<std::int64_t> Sql(std::string_view sql, const Values& values = {}) {
    return database_->Write([&](Transaction& transaction) { return transaction.Execute(sql, values); });
  }
  std::string Setting(Database& database, const std::string& name) {
    const auto row =
        database.Read([&](auto& transaction) { return transaction.QueryOne("SELECT current_setting(:name)", {name}); });
    return row.value()->Text(0);
  }
  // Ends all connections but the one of `other_`, as a server that is restarted does.
  void EndConnections() {
    ASSERT_TRUE(other_->Read([](auto& transaction) {
      return transaction.Query(
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
          "WHERE application_name = 'removr' AND pid <> pg_backend_pid()");
    }));
  }

  std::unique_ptr<TestDatabase> test_database_;
  std::unique_ptr<Database> database_, other_;
};

TEST_F(PostgresTest, IsSetUpToLoseNothing) {
  const auto careless = Database::Open({Url() + "%20-csynchronous_commit%3Doff"}).value();
  EXPECT_EQ(Setting(*careless, "synchronous_commit"), "on");
  const auto careful = Database::Open({Url() + "%20-csynchronous_commit%3Dremote_apply"}).value();
  EXPECT_EQ(Setting(*careful, "synchronous_commit"), "remote_apply");
}

TEST_F(PostgresTest, AWriterThatStallsLosesItsPlace) {
  EXPECT_EQ(Setting(*database_, "idle_in_transaction_session_timeout"), "30s");
  if (!std::getenv("REMOVR_SOAK")) return;
  auto stalled = database_->Begin(Mode::kWrite).value();
  std::this_thread::sleep_for(std::chrono::seconds(31));
  EXPECT_TRUE(other_->Begin(Mode::kWrite));
  EXPECT_FALSE(stalled.Execute("INSERT INTO pairs VALUES ('late')"));
}

TEST_F(PostgresTest, TellsWhatTheServerSays) {
  struct Case {
    std::string state;
    ErrorCode code;
  };
  const Case cases[] = {
      {"23505", ErrorCode::kConflict},   {"23514", ErrorCode::kConflict},    {"23503", ErrorCode::kConflict},
      {"40001", ErrorCode::kBusy},       {"40P01", ErrorCode::kBusy},        {"55P03", ErrorCode::kBusy},
      {"53300", ErrorCode::kBusy},       {"53100", ErrorCode::kStorageFull}, {"53200", ErrorCode::kIo},
      {"22021", ErrorCode::kBadRequest}, {"22003", ErrorCode::kInternal},    {"42703", ErrorCode::kInternal},
      {"42501", ErrorCode::kIo},         {"57P01", ErrorCode::kIo},          {"XX001", ErrorCode::kIo},
  };
  for (const Case& c : cases) {
    const auto said = Sql("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '" + c.state + "'; END $$");
    ASSERT_FALSE(said) << c.state;
    EXPECT_EQ(said.error().code, c.code) << c.state;
  }
}

TEST_F(PostgresTest, ATextThatIsNotUtf8IsNone) {
  const auto refused = Sql("INSERT INTO pairs VALUES (:name)", {"caf\xe9"});
  EXPECT_EQ(refused.error().code, ErrorCode::kBadRequest);
}

TEST_F(PostgresTest, ConnectionsThatWereLostAreReplaced) {
  const auto use_three = [&] {
    const auto first = database_->Begin(Mode::kRead), second = database_->Begin(Mode::kRead);
    auto third = database_->Begin(Mode::kWrite);
    return first && second && third && third->Execute("INSERT INTO pairs VALUES ('a')") && third->Commit();
  };
  {
    auto open = database_->Begin(Mode::kWrite).value();
    ASSERT_TRUE(open.Execute("INSERT INTO pairs VALUES ('a')"));
    EndConnections();
    EXPECT_EQ(open.Execute("INSERT INTO pairs VALUES ('b')").error().code, ErrorCode::kIo);
    EXPECT_FALSE(open.Commit());
  }
  EXPECT_TRUE(use_three()) << "what was open is gone, and its place free";
  EndConnections();
  ASSERT_TRUE(Sql("DELETE FROM pairs"));
  EXPECT_TRUE(use_three()) << "though two more had lain in stock";
}

TEST_F(PostgresTest, AnyPasswordReachesTheServer) {
  const std::string user = "user_" + RandomId();
  ASSERT_TRUE(Sql("CREATE ROLE " + user + " LOGIN SUPERUSER PASSWORD 'p @\"\\=&%/'"));
  EXPECT_TRUE(Database::Open({UrlOf(user, "p%20%40%22%5C%3D%26%25%2F")}));
  const auto refused = Database::Open({UrlOf(user, "wrong-secret")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_NE(refused.error().message.find("password authentication failed"), std::string::npos);
  EXPECT_EQ(refused.error().message.find("wrong-secret"), std::string::npos);
}

TEST_F(PostgresTest, SaysWhereThereIsNoServer) {
  const auto refused = Database::Open({"postgresql://me:secret@/db?host=/nowhere"});
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_NE(refused.error().message.find("/nowhere"), std::string::npos) << refused.error().message;
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace removr::store
