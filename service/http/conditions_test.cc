#include "service/http/conditions.h"

#include <gtest/gtest.h>

namespace removr::http {
namespace {

// "whole", "none" or "first+size".
std::string Say(const RangeAnswer& answer) {
  if (std::holds_alternative<WholeFile>(answer)) return "whole";
  if (std::holds_alternative<Unsatisfiable>(answer)) return "none";
  const auto& range = std::get<ByteRange>(answer);
  return std::to_string(range.first) + "+" + std::to_string(range.size);
}

TEST(Conditions, ReadsRanges) {
  struct Row {
    std::string_view field;
    std::uint64_t file_bytes;
    std::string_view expected;
  };
  for (const Row& row : {
           Row{"bytes=0-0", 100, "0+1"},   Row{"bytes=10-19", 100, "10+10"},
           Row{"bytes=90-", 100, "90+10"}, Row{"bytes=90-1000", 100, "90+10"},
           Row{"bytes=-10", 100, "90+10"}, Row{"bytes=-1000", 100, "0+100"},
           Row{"Bytes= 5-6 ", 100, "5+2"}, Row{"bytes=0-99999999999999999999999", 100, "0+100"},
           Row{"bytes=100-", 100, "none"}, Row{"bytes=99999999999999999999999-", 100, "none"},
           Row{"bytes=-0", 100, "none"},   Row{"bytes=0-", 0, "none"},
           Row{"bytes=-1", 0, "none"},     Row{"bytes=9-5", 100, "whole"},
           Row{"bytes=-", 100, "whole"},   Row{"bytes=", 100, "whole"},
           Row{"bytes=a-b", 100, "whole"}, Row{"bytes=1-2,5-6", 100, "whole"},
           Row{"bytes=--5", 100, "whole"}, Row{"bytes=+1-5", 100, "whole"},
           Row{"pages=1-2", 100, "whole"}, Row{"", 100, "whole"},
       }) {
    EXPECT_EQ(Say(ParseRange(row.field, row.file_bytes)), row.expected) << row.field;
  }
}

TEST(Conditions, ComparesEtags) {
  EXPECT_TRUE(NamesEtag("\"a\"", "\"a\""));
  EXPECT_TRUE(NamesEtag("W/\"a\"", "\"a\""));
  EXPECT_TRUE(NamesEtag("\"x,y\" , W/\"a\"", "\"a\""));
  EXPECT_TRUE(NamesEtag(" * ", "\"a\""));
  EXPECT_FALSE(NamesEtag("\"b\"", "\"a\""));
  EXPECT_FALSE(NamesEtag("a", "\"a\""));
  EXPECT_FALSE(NamesEtag("\"a", "\"a\""));
  EXPECT_FALSE(NamesEtag("", "\"a\""));
}

TEST(Conditions, GivesARangeOnlyOfTheFileThatIsMeant) {
  const auto ask = [](std::optional<std::string> if_range) {
    Headers headers;
    headers.Add("range", "bytes=1-2");
    if (if_range) headers.Add("If-Range", *if_range);
    return Say(RequestedRange(headers, "\"a\"", 100));
  };
  EXPECT_EQ(ask(std::nullopt), "1+2");
  EXPECT_EQ(ask("\"a\""), "1+2");
  EXPECT_EQ(ask("\"b\""), "whole");
  EXPECT_EQ(ask("W/\"a\""), "whole");
  EXPECT_EQ(ask("Sun, 06 Nov 1994 08:49:37 GMT"), "whole");
  EXPECT_EQ(Say(RequestedRange(Headers(), "\"a\"", 100)), "whole");
}

TEST(Conditions, KnowsWhatTheClientHas) {
  Headers headers;
  EXPECT_FALSE(IsNotModified(headers, "\"a\""));
  headers.Add("If-None-Match", "\"x\"");
  EXPECT_FALSE(IsNotModified(headers, "\"a\""));
  headers.Add("If-None-Match", "\"a\"");
  EXPECT_TRUE(IsNotModified(headers, "\"a\""));
}

}  // namespace
}  // namespace removr::http
