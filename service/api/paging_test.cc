#include "service/api/paging.h"

#include <gtest/gtest.h>

namespace removr::api {
namespace {

TEST(ReadPage, ReadsCursorAndLimit) {
  struct Case {
    std::string query, cursor;
    int limit;
  };
  const Case cases[] = {
      {"", "", 50},
      {"limit=7&cursor=a%40b.org", "a@b.org", 7},
      {"cursor=a+b&x=y", "a b", 50},
      {"xlimit=9&limit=100&limit=3", "", 100},
      {"cursor&limit=1", "", 1},
      {"&&=&limit=2", "", 2},
  };
  for (const Case& c : cases) {
    const auto page = ReadPage(c.query);
    ASSERT_TRUE(page) << c.query;
    EXPECT_EQ(page->cursor, c.cursor) << c.query;
    EXPECT_EQ(page->limit, c.limit) << c.query;
  }
}

TEST(ReadPage, RefusesTheRest) {
  for (const std::string& query :
       {std::string("limit="), std::string("limit=0"), std::string("limit=101"), std::string("limit=-1"),
        std::string("limit=x"), std::string("limit=99999999999999999999"), std::string("cursor=%4"),
        std::string("cursor=%ff"), "cursor=" + std::string(301, 'x')}) {
    const auto page = ReadPage(query);
    ASSERT_FALSE(page) << query;
    EXPECT_EQ(page.error().code, ErrorCode::kBadRequest);
  }
}

}  // namespace
}  // namespace removr::api
