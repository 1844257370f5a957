#include "service/job/stored.h"

#include "service/job/service_fixture.h"
#include "service/store/migrations.h"

namespace removr::job {
namespace {

using namespace std::chrono_literals;

class StoredTest : public ServiceTest {
 protected:
  std::int64_t Stored(const std::string& account) {
    const auto read = [&](store::Transaction& transaction) { return StoredBytes(transaction, account); };
    return database_->Read(read).value();
  }
};

TEST_F(StoredTest, CountsOriginalsResultsAndMasksWhileTheyAreThere) {
  OpenAccount("ben", 10);
  SubmitJob({"clean a", "broken b"});  // 7 and 8 bytes
  EXPECT_EQ(Stored("anna"), 15);
  WorkAll();  // "result of clean a"
  EXPECT_EQ(Stored("anna"), 15 + 17);
  clock_.Advance(1h);
  Beat();
  SubmitJob({"clean masked"}, "ben");
  WorkAll();  // and "mask of clean masked"
  EXPECT_EQ(Stored("ben"), 12 + 22 + 20);
  EXPECT_EQ(StoredByAll(), 32 + 54);
  clock_.Advance(23h);
  SweepNow();
  EXPECT_EQ(Stored("anna"), 0);
  EXPECT_EQ(StoredByAll(), 54);
}

TEST_F(StoredTest, ADatabaseFromBeforeIsSummedUpOnce) {
  SubmitJob({"clean a", "broken b"});
  SubmitJob({"clean masked"});
  WorkAll();
  SubmitJob({"clean c"});
  const std::int64_t stored = Stored("anna");
  ASSERT_EQ(stored, 32 + 54 + 7);
  ASSERT_TRUE(Write([](store::Transaction& transaction) -> Status {
    TRY(transaction.Execute("DROP INDEX jobs_stored"));
    TRY(transaction.Execute("ALTER TABLE jobs DROP COLUMN stored_bytes"));
    TRY(transaction.Execute("DELETE FROM schema_migrations WHERE number = 8"));
    return store::Migrate(transaction, store::Schema().first(8));
  }));
  EXPECT_EQ(Stored("anna"), stored);
}

}  // namespace
}  // namespace removr::job
