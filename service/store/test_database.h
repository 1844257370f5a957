// For tests: a database of a test's own that is empty and soon gone. It is a file; or, where REMOVR_TEST_DATABASE names
// a PostgreSQL database (tests/with_postgresql.sh), a schema in that.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "service/store/database.h"
#include "service/store/random_id.h"

namespace removr::store {

class TestDatabase {
 public:
  // `folder`, which the test looks after, is for the file.
  explicit TestDatabase(const std::filesystem::path& folder) : url_("sqlite:" + (folder / "db").string()) {
    if (!IsPostgres()) return;
    schema_ = "test_" + RandomId();
    OnServer("CREATE SCHEMA " + schema_);
    url_ = Server() + "&options=-csearch_path%3D" + schema_;
  }
  ~TestDatabase() {
    if (IsPostgres()) OnServer("DROP SCHEMA " + schema_ + " CASCADE");
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& Url() const { return url_; }
  static bool IsPostgres() { return std::getenv("REMOVR_TEST_DATABASE") != nullptr; }

  // The database's own check of its file; PostgreSQL has none to ask for.
  static void ExpectIntegrity(Database& database) {
    if (IsPostgres()) return;
    const auto check = database.Read([](auto& transaction) { return transaction.QueryOne("PRAGMA integrity_check"); });
    EXPECT_EQ((*check)->Text(0), "ok");
  }

 private:
  static std::string Server() { return std::getenv("REMOVR_TEST_DATABASE"); }
  static void OnServer(const std::string& sql) {
    static const auto server = Database::Open({.url = Server(), .connections = 1}).value();
    const auto done = server->Write([&](Transaction& transaction) { return transaction.Execute(sql); });
    EXPECT_TRUE(done) << done.error().message;
  }

  std::string url_, schema_;
};

}  // namespace removr::store
