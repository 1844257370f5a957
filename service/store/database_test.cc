#include "service/store/database.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include "service/store/migrations.h"
#include "service/store/random_id.h"
#include "service/store/test_database.h"

namespace removr::store {
namespace {

namespace fs = std::filesystem;
using Mode = Database::Mode;

// A database in a folder of its own, with the table pairs(name UNIQUE, number).
class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() : folder_(fs::temp_directory_path() / ("removr-database-" + RandomId() + "/a folder")) {
    database_ = Open().value();
    EXPECT_TRUE(Sql("CREATE TABLE pairs (name text PRIMARY KEY, number bigint, share double precision)"));
  }
  ~DatabaseTest() override {
    database_.reset();
    fs::remove_all(folder_.parent_path());
  }

  const std::string& Url() const { return test_database_.Url(); }
  Result<std::unique_ptr<Database>> Open(int connections = 4, int busy_ms = 10'000) {
    return Database::Open({Url(), connections, std::chrono::milliseconds(busy_ms)});
  }
  Result<std::int64_t> Sql(std::string_view sql, const Values& values = {}) {
    return database_->Write([&](Transaction& transaction) { return transaction.Execute(sql, values); });
  }
  Result<std::optional<Row>> Ask(std::string_view sql, const Values& values = {}) {
    return database_->Read([&](Transaction& transaction) { return transaction.QueryOne(sql, values); });
  }
  std::int64_t CountPairs() { return Ask("SELECT count(*) FROM pairs").value()->Int(0); }

  fs::path folder_;
  TestDatabase test_database_{folder_};
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, GivesBackWhatWasWritten) {
  const std::int64_t large = 9'000'000'000'000'000'000;
  EXPECT_EQ(Sql("INSERT INTO pairs VALUES (:name, :number, :share)", {"naïve 'quoted' :colon", large, 0.25}).value(),
            1);
  const auto row = Ask("SELECT name, number, share FROM pairs").value();
  ASSERT_TRUE(row);
  EXPECT_EQ(row->Text(0), "naïve 'quoted' :colon");
  EXPECT_EQ(row->Int(1), large);
  EXPECT_EQ(row->Real(2), 0.25);
}

TEST_F(DatabaseTest, RunsAStatementAgainWithOtherValues) {
  const std::string_view insert = "INSERT INTO pairs VALUES (:name, :number, :share)";
  ASSERT_TRUE(Sql(insert, {"a", 1, .5}));
  ASSERT_TRUE(Sql(insert, {std::string(300, 'b'), 2, .25}));
  ASSERT_TRUE(Sql(insert, {"c", std::monostate(), 1.0}));  // another kind of value
  EXPECT_EQ(Sql(insert, {"a", 4, .5}).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(Sql(insert, {"d", 4, .5}));
  const std::string_view select = "SELECT number, name FROM pairs WHERE name >= :from AND name < :to ORDER BY name";
  const auto numbers = [&](const char* from, const char* to) {
    std::vector<std::int64_t> found;
    const auto rows = database_->Read([&](Transaction& t) { return t.Query(select, {from, to}); }).value();
    for (const Row& row : rows) found.push_back(row.IsNull(0) ? -1 : row.Int(0));
    return found;
  };
  EXPECT_EQ(numbers("a", "e"), (std::vector<std::int64_t>{1, 2, -1, 4}));
  EXPECT_EQ(numbers("x", "y"), std::vector<std::int64_t>());
  EXPECT_EQ(numbers("b", "d"), (std::vector<std::int64_t>{2, -1}));
}

TEST_F(DatabaseTest, TellsNullFromZeroAndEmpty) {
  ASSERT_TRUE(
      Sql("INSERT INTO pairs VALUES (:name, :number, :share)", {std::string(), std::monostate(), std::monostate()}));
  const auto row = Ask("SELECT name, number, share FROM pairs").value();
  EXPECT_FALSE(row->IsNull(0));
  EXPECT_EQ(row->Text(0), "");
  EXPECT_TRUE(row->IsNull(1));
  EXPECT_EQ(row->Int(1), 0);
  EXPECT_TRUE(row->IsNull(2));
}

TEST_F(DatabaseTest, ReadsComputedColumns) {
  ASSERT_TRUE(Sql("INSERT INTO pairs VALUES ('a', 5000000000, 0.5), ('b', 5000000000, 0.25)"));
  const auto row = Ask("SELECT sum(number), sum(share), count(*), max(name), min(number) + 0 FROM pairs").value();
  EXPECT_EQ(row->Int(0), 10'000'000'000);
  EXPECT_EQ(row->Real(1), 0.75);
  EXPECT_EQ(row->Int(2), 2);
  EXPECT_EQ(row->Text(3), "b");
  EXPECT_EQ(row->Int(4), 5'000'000'000);
  EXPECT_FALSE(Ask("SELECT name FROM pairs WHERE name = 'c'").value());
}

TEST_F(DatabaseTest, KeepsNothingWithoutCommit) {
  {
    auto transaction = database_->Begin(Mode::kWrite).value();
    ASSERT_TRUE(transaction.Execute("INSERT INTO pairs (name) VALUES ('a')"));
  }
  EXPECT_EQ(CountPairs(), 0);
  const auto refused = database_->Write([](Transaction& transaction) -> Status {
    TRY(transaction.Execute("INSERT INTO pairs (name) VALUES ('a')"));
    return Fail(ErrorCode::kBusy, "changed my mind");
  });
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_EQ(CountPairs(), 0);
}

TEST_F(DatabaseTest, AFailedStatementEndsItsTransaction) {
  auto transaction = database_->Begin(Mode::kWrite).value();
  ASSERT_TRUE(transaction.Execute("INSERT INTO pairs (name) VALUES ('a')"));
  EXPECT_EQ(transaction.Execute("INSERT INTO pairs (name) VALUES ('a')").error().code, ErrorCode::kConflict);
  EXPECT_FALSE(transaction.Execute("INSERT INTO pairs (name) VALUES ('b')"));
  EXPECT_FALSE(transaction.Commit());
}

TEST_F(DatabaseTest, CommitsOnce) {
  auto transaction = database_->Begin(Mode::kWrite).value();
  ASSERT_TRUE(transaction.Commit());
  EXPECT_FALSE(transaction.Commit());
  EXPECT_FALSE(transaction.Execute("INSERT INTO pairs (name) VALUES ('a')"));
}

TEST_F(DatabaseTest, CountsTheRowsThatAStatementTouched) {
  ASSERT_TRUE(Sql("INSERT INTO pairs (name, number) VALUES ('a', 1), ('b', 1), ('c', 2)"));
  EXPECT_EQ(Sql("UPDATE pairs SET number = 3 WHERE number = :number", {std::int64_t{1}}).value(), 2);
  EXPECT_EQ(Sql("UPDATE pairs SET number = 3 WHERE number = :number", {std::int64_t{9}}).value(), 0);
  EXPECT_EQ(Sql("INSERT INTO pairs (name) VALUES ('a') ON CONFLICT (name) DO NOTHING").value(), 0);
  EXPECT_EQ(Sql("DELETE FROM pairs WHERE name = 'a'").value(), 1);
}

TEST_F(DatabaseTest, ABadStatementIsOurOwnBugAndNamesNoValue) {
  const auto refused = Sql("INSERT INTO nowhere VALUES (:secret)", {"a secret"});
  EXPECT_EQ(refused.error().code, ErrorCode::kInternal);
  EXPECT_EQ(refused.error().message.find("a secret"), std::string::npos);
}

TEST_F(DatabaseTest, AConflictNamesNoValue) {
  ASSERT_TRUE(Sql("INSERT INTO pairs (name) VALUES (:name)", {"a secret"}));
  const auto refused = Sql("INSERT INTO pairs (name) VALUES (:name)", {"a secret"});
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_NE(refused.error().message.find("pairs"), std::string::npos) << "but what it is about";
  EXPECT_EQ(refused.error().message.find("a secret"), std::string::npos);
}

TEST_F(DatabaseTest, ATextWithAZeroByteIsNone) {
  const auto refused = Sql("INSERT INTO pairs (name) VALUES (:name)", {std::string("a\0b", 3)});
  EXPECT_EQ(refused.error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(CountPairs(), 0);
}

TEST_F(DatabaseTest, AWriterWaitsForTheOtherAndThenIsBusy) {
  const auto other = Open(1, 50).value();
  auto transaction = database_->Begin(Mode::kWrite).value();
  const auto refused = other->Begin(Mode::kWrite);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_TRUE(other->Begin(Mode::kRead)) << "a reader does not wait for a writer";
  ASSERT_TRUE(transaction.Commit());
  EXPECT_TRUE(other->Begin(Mode::kWrite));
}

TEST_F(DatabaseTest, AReaderSeesOneState) {
  auto reader = database_->Begin(Mode::kRead).value();
  EXPECT_EQ(reader.QueryOne("SELECT count(*) FROM pairs").value()->Int(0), 0);
  ASSERT_TRUE(Sql("INSERT INTO pairs (name) VALUES ('a')"));
  EXPECT_EQ(reader.QueryOne("SELECT count(*) FROM pairs").value()->Int(0), 0);
}

TEST_F(DatabaseTest, LendsNoMoreConnectionsThanItHas) {
  const auto small = Open(2, 50).value();
  auto first = small->Begin(Mode::kRead);
  {
    const auto second = small->Begin(Mode::kRead);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(small->Begin(Mode::kRead).error().code, ErrorCode::kBusy);
  }
  EXPECT_TRUE(small->Begin(Mode::kRead));
}

TEST_F(DatabaseTest, WritersThatWaitKeepNoReaderOut) {
  const auto small = Open(2, 400).value();
  auto writer = small->Begin(Mode::kWrite).value();
  std::vector<std::thread> waiting;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 3; ++i) {
    waiting.emplace_back([&] { refused += !small->Begin(Mode::kWrite); });
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(small->Begin(Mode::kRead));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (auto& thread : waiting) thread.join();
  EXPECT_EQ(refused, 3) << "the first never gave its place up";
}

TEST_F(DatabaseTest, ManyThreadsOfTwoProgramsLoseNoIncrement) {
  const auto other = Open().value();
  ASSERT_TRUE(Sql("INSERT INTO pairs (name, number) VALUES ('n', 0)"));
  const auto increment = [&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto row, transaction.QueryOne("SELECT number FROM pairs"));
    TRY(transaction.Execute("UPDATE pairs SET number = :number", {row->Int(0) + 1}));
    return {};
  };
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, &database = t % 2 ? *other : *database_] {
      for (int i = 0; i < 10; ++i) failed += !database.Write(increment);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(Ask("SELECT number FROM pairs").value()->Int(0), 80);
}

TEST_F(DatabaseTest, ACommitSurvivesTheProcessAndAnOpenTransactionDoesNot) {
  const pid_t child = fork();
  if (child == 0) {
    const auto own = Open();  // a connection does not survive a fork
    auto committed = (*own)->Begin(Mode::kWrite).value();
    const bool ok = committed.Execute("INSERT INTO pairs (name) VALUES ('kept')") && committed.Commit();
    auto open = (*own)->Begin(Mode::kWrite).value();
    (void)open.Execute("INSERT INTO pairs (name) VALUES ('lost')");
    raise(ok ? SIGKILL : SIGTERM);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_EQ(CountPairs(), 1);
  TestDatabase::ExpectIntegrity(*database_);
  EXPECT_TRUE(Sql("INSERT INTO pairs (name) VALUES ('next')")) << "the dead writer holds no lock";
}

TEST_F(DatabaseTest, IsSetUpToLoseNothing) {
  if (TestDatabase::IsPostgres()) GTEST_SKIP() << "postgres_test.cc";
  EXPECT_EQ(Ask("PRAGMA journal_mode").value()->Text(0), "wal");
  EXPECT_EQ(Ask("PRAGMA synchronous").value()->Int(0), 2);
  EXPECT_EQ(Ask("PRAGMA foreign_keys").value()->Int(0), 1);
}

TEST(Database, RefusesUrlsItDoesNotKnowAndDoesNotRepeatThem) {
  for (const char* url :
       {"", "sqlite:", "removr.db", "mysql://me:secret@host/db", "sqlite:/tmp/a\"b", "sqlite:/tmp/it's",
        "postgresql://me:sec%ret@host/db", "postgresql://me:secret@host:port/db?nonsense=secret"}) {
    const auto opened = Database::Open({url});
    ASSERT_FALSE(opened) << url;
    EXPECT_EQ(opened.error().code, ErrorCode::kBadRequest) << url;
    EXPECT_EQ((opened.error().message + opened.error().public_text).find("sec"), std::string::npos) << url;
  }
}

TEST_F(DatabaseTest, MakesNoneWhereItMustExist) {
  const TestDatabase fresh(folder_ / "fresh");
  DatabaseOptions options{.url = fresh.Url(), .must_exist = true};
  EXPECT_EQ(Database::Open(options).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Database::Open(options).error().code, ErrorCode::kNotFound) << "it was made on the way";
  ASSERT_TRUE(Database::Open({fresh.Url()}));
  EXPECT_TRUE(Database::Open(options));
}

TEST(Database, SaysWhereAFolderCannotBeMade) {
  EXPECT_EQ(Database::Open({"sqlite:/dev/null/removr.db"}).error().code, ErrorCode::kIo);
}

using MigrationsTest = DatabaseTest;

TEST_F(MigrationsTest, SeveralProcessesMayStartAtOnce) {
  const TestDatabase fresh(folder_ / "fresh");
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    children.push_back(fork());
    if (children.back() == 0) _exit(Database::Open({fresh.Url()}) ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  const auto database = Database::Open({fresh.Url()}).value();
  const auto steps =
      database->Read([](auto& transaction) { return transaction.Query("SELECT number FROM schema_migrations"); });
  EXPECT_EQ(steps->size(), Schema().size());
}

TEST_F(MigrationsTest, AppliesWhatIsMissingInOrderAndOnce) {
  const int base = Schema().back().number;
  const std::vector<Migration> steps = {{base + 1, "a table", {"CREATE TABLE cities (id {serial}, name text)"}},
                                        {base + 2, "a row", {"INSERT INTO cities (name) VALUES ('Ulm')"}}};
  for (int start = 0; start < 2; ++start) {
    ASSERT_TRUE(database_->Write([&](auto& transaction) { return Migrate(transaction, steps); }));
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM cities").value()->Int(0), 1);
}

TEST_F(MigrationsTest, OrdersTextByItsBytes) {
  const int base = Schema().back().number;
  const std::vector<Migration> steps = {{base + 1,
                                         "a table",
                                         {"CREATE TABLE cities (id {serial}, name text)",
                                          "INSERT INTO cities (name) VALUES ('ulm'), ('Bern'), ('öbi'), ('Zug')"}}};
  ASSERT_TRUE(database_->Write([&](auto& transaction) { return Migrate(transaction, steps); }));
  const auto rows = database_->Read(
      [](auto& transaction) { return transaction.Query("SELECT name FROM cities WHERE name > 'A' ORDER BY name"); });
  std::string names;
  for (const Row& row : *rows) names += row.Text(0) + " ";
  EXPECT_EQ(names, "Bern Zug ulm öbi ");
}

TEST_F(MigrationsTest, AStepThatFailsLeavesNothing) {
  const int base = Schema().back().number;
  const std::vector<Migration> steps = {{base + 1, "a table", {"CREATE TABLE cities (name text)", "CREATE NONSENSE"}}};
  EXPECT_FALSE(database_->Write([&](auto& transaction) { return Migrate(transaction, steps); }));
  EXPECT_EQ(Ask("SELECT max(number) FROM schema_migrations").value()->Int(0), base);
  EXPECT_FALSE(Ask("SELECT name FROM cities"));
}

TEST_F(MigrationsTest, RefusesASchemaNewerThanTheProgram) {
  ASSERT_TRUE(Sql("INSERT INTO schema_migrations VALUES (9999, 'from the future')"));
  const auto opened = Open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kBadRequest);
  EXPECT_NE(opened.error().public_text.find("newer"), std::string::npos);
}

TEST_F(MigrationsTest, StepsAreNumberedWithoutGaps) {
  int expected = 1;
  for (const Migration& step : Schema()) EXPECT_EQ(step.number, expected++);
}

TEST(RandomText, DrawsFromTheWholeAlphabet) {
  std::string seen;
  for (const char c : RandomText(kBase36, 5000)) {
    ASSERT_NE(kBase36.find(c), std::string_view::npos);
    if (seen.find(c) == std::string::npos) seen += c;
  }
  EXPECT_EQ(seen.size(), kBase36.size());
  EXPECT_EQ(RandomId().size(), 24u);
  EXPECT_NE(RandomId(), RandomId());
}

}  // namespace
}  // namespace removr::store
