#include "app/duration.h"

#include <gtest/gtest.h>

namespace removr::app {
namespace {

TEST(ParseDuration, ReadsWholeNumbersWithAUnit) {
  EXPECT_EQ(ParseDuration("45s"), std::chrono::seconds(45));
  EXPECT_EQ(ParseDuration("30m"), std::chrono::minutes(30));
  EXPECT_EQ(ParseDuration("24h"), std::chrono::hours(24));
  EXPECT_EQ(ParseDuration("7d"), std::chrono::hours(24 * 7));
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* text : {"", "24", "h", "0h", "-1h", "1.5h", "24 h", "24hours", "3651d", "99999999999999999999s"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

}  // namespace
}  // namespace removr::app
