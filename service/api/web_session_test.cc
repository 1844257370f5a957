#include "service/api/web_session.h"

#include <gtest/gtest.h>

#include "service/account/session.h"

namespace removr::api {
namespace {

http::Headers Fields(std::initializer_list<http::Header> fields) {
  http::Headers headers;
  for (const http::Header& field : fields) headers.Add(field.name, field.value);
  return headers;
}

TEST(SessionToken, IsReadFromAmongOtherCookies) {
  struct Case {
    std::string cookie;
    std::optional<std::string> token;
  };
  const Case cases[] = {
      {"removr_session=abc", "abc"},
      {"a=b; removr_session=abc; c=d", "abc"},
      {"a=b;removr_session=abc;", "abc"},
      {";; ;removr_session=a=b", "a=b"},
      {"removr_session=", ""},
      {"removr_session", std::nullopt},
      {"xremovr_session=abc", std::nullopt},
      {"Removr_session=abc", std::nullopt},
      {"__Host-removr_session=abc", std::nullopt},
      {"removr_session=a; removr_session=b", std::nullopt},
      {"", std::nullopt},
      {";", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(SessionToken(Fields({{"Cookie", c.cookie}}), false), c.token) << c.cookie;
  EXPECT_EQ(SessionToken(Fields({{"Cookie", "a=b"}, {"Cookie", "removr_session=abc"}}), false), "abc");
  EXPECT_EQ(SessionToken(Fields({}), false), std::nullopt);
}

TEST(SessionToken, OverHttpsOnlyTheBoundCookieCounts) {
  const auto headers = Fields({{"Cookie", "removr_session=planted; __Host-removr_session=abc"}});
  EXPECT_EQ(SessionToken(headers, true), "abc");
  EXPECT_EQ(SessionCookie("abc", true),
            "__Host-removr_session=abc; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(EndedSessionCookie(false), "removr_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
}

TEST(CheckSameSite, BelievesTheBrowser) {
  const std::string_view origin = "https://removr.example";
  struct Case {
    http::Headers headers;
    bool passes;
  };
  const Case cases[] = {
      {Fields({}), true},
      {Fields({{"Sec-Fetch-Site", "same-origin"}}), true},
      {Fields({{"Sec-Fetch-Site", "none"}}), true},
      {Fields({{"Sec-Fetch-Site", "same-site"}}), false},
      {Fields({{"Sec-Fetch-Site", "cross-site"}}), false},
      {Fields({{"Sec-Fetch-Site", ""}}), false},
      // A proxy that changes Host must not keep people out.
      {Fields({{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://outside.example"}}), true},
      {Fields({{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://removr.example"}}), false},
      {Fields({{"Origin", "https://removr.example"}}), true},
      {Fields({{"Origin", "https://REMOVR.example"}}), true},
      {Fields({{"Origin", "http://removr.example"}}), false},
      {Fields({{"Origin", "https://removr.example:8443"}}), false},
      {Fields({{"Origin", "https://removr.example.evil"}}), false},
      {Fields({{"Origin", "null"}}), false},
      {Fields({{"Origin", ""}}), false},
  };
  int number = 0;
  for (const Case& c : cases) EXPECT_EQ(CheckSameSite(c.headers, origin).has_value(), c.passes) << number++;
  EXPECT_EQ(CheckSameSite(cases[3].headers, origin).error().code, ErrorCode::kForbidden);
}

TEST(CheckCsrfToken, TakesTheSessionsAlone) {
  const std::string right = account::CsrfToken("session");
  EXPECT_TRUE(CheckCsrfToken(Fields({{"X-CSRF-Token", right}}), "session"));
  EXPECT_FALSE(CheckCsrfToken(Fields({{"X-CSRF-Token", right}}), "other"));
  EXPECT_FALSE(CheckCsrfToken(Fields({{"X-CSRF-Token", "session"}}), "session"));
  EXPECT_FALSE(CheckCsrfToken(Fields({{"X-CSRF-Token", ""}}), "session"));
  EXPECT_FALSE(CheckCsrfToken(Fields({{"X-CSRF-Token", right}, {"X-CSRF-Token", right}}), "session"));
  EXPECT_EQ(CheckCsrfToken(Fields({}), "session").error().code, ErrorCode::kForbidden);
}

}  // namespace
}  // namespace removr::api
