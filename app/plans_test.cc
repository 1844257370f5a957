#include "app/plans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/settings.h"

namespace removr::app {
namespace {

using testing::HasSubstr;

class Plans : public testing::Test {
 protected:
  ~Plans() override { std::filesystem::remove(path_); }
  auto Read(const std::string& toml) {
    std::ofstream(path_) << toml;
    return ReadPlans(path_);
  }
  std::string Refusal(const std::string& toml) {
    const auto plans = Read(toml);
    return plans ? "" : plans.error().message;
  }
  const std::string path_ = std::filesystem::temp_directory_path() / ("plans-" + std::to_string(::getpid()) + ".toml");
};

TEST_F(Plans, AreReadFromTheirTables) {
  const auto plans = Read(
      "listen = \"127.0.0.1:80\"\n"
      "[plans.studio]\ncredits_per_month = 500\nprice = \"29 EUR, a month\" # shown\nunused = \"roll over\"\n"
      "requests_per_minute = 6000\n"
      "[serve]\nkeep = \"1h\"\n"
      "[plans.free]\n");
  ASSERT_TRUE(plans) << plans.error().message;
  ASSERT_TRUE(*plans);
  ASSERT_EQ((*plans)->size(), 2u);
  const account::Plan& free = (**plans)[0];
  EXPECT_EQ(free.name, "free");
  EXPECT_EQ(free.credits_per_month, 0);
  EXPECT_FALSE(free.rolls_over);
  EXPECT_FALSE(free.requests_per_minute);
  const account::Plan& studio = (**plans)[1];
  EXPECT_EQ(studio.name, "studio");
  EXPECT_EQ(studio.credits_per_month, 500);
  EXPECT_EQ(studio.price, "29 EUR, a month");
  EXPECT_TRUE(studio.rolls_over);
  EXPECT_EQ(studio.requests_per_minute, 6000);
}

TEST_F(Plans, MayBeAbsent) {
  const auto plans = Read("listen = \"127.0.0.1:80\"\n");
  ASSERT_TRUE(plans);
  EXPECT_FALSE(*plans);
}

TEST_F(Plans, AreRefusedWhereAKeyOrAValueIsNotUnderstood) {
  EXPECT_THAT(Refusal("[plans.a]\ncredits = 5\n"), HasSubstr("credits"));
  EXPECT_THAT(Refusal("[plans.a]\ncredits_per_month = -5\n"), HasSubstr("-5"));
  EXPECT_THAT(Refusal("[plans.a]\ncredits_per_month = \"many\"\n"), HasSubstr("many"));
  EXPECT_THAT(Refusal("[plans.a]\nrequests_per_minute = 99999999999\n"), HasSubstr("99999999999"));
  EXPECT_THAT(Refusal("[plans.a]\nunused = \"keep\"\n"), HasSubstr("unused"));
  EXPECT_THAT(Refusal("[plans.Big]\nprice = \"x\"\n"), HasSubstr("a-z"));
  EXPECT_THAT(Refusal("[plans]\nprice = \"x\"\n"), HasSubstr("[plans.NAME]"));
}

}  // namespace
}  // namespace removr::app
