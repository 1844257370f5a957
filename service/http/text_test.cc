#include "service/http/text.h"

#include <gtest/gtest.h>

#include "service/http/network.h"
#include "service/http/parameters.h"
#include "service/http/response_head.h"

namespace removr::http {
namespace {

using Segments = std::vector<std::string>;

TEST(Text, DecodesPaths) {
  EXPECT_EQ(SplitPath("/"), Segments{""});
  EXPECT_EQ(SplitPath("/a/b"), (Segments{"a", "b"}));
  EXPECT_EQ(SplitPath("/a/"), (Segments{"a", ""}));
  EXPECT_EQ(SplitPath("/a%2Fb/%c3%bc"), (Segments{"a/b", "\xC3\xBC"}));
  for (const std::string_view bad : {"", "a", "/%", "/%2", "/%zz", "/a%00", "/a/%ff", "/a%c3"})
    EXPECT_EQ(SplitPath(bad), std::nullopt) << bad;
}

TEST(Text, EncodesWhatItDecodes) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  const std::string encoded = PercentEncode(all);
  EXPECT_EQ(PercentDecode(encoded), all);
  EXPECT_EQ(PercentEncode("a-Z_0.~"), "a-Z_0.~");
  EXPECT_EQ(PercentEncode("a b/\xC3\xBC"), "a%20b%2F%C3%BC");
}

TEST(Text, TellsUtf8) {
  for (const std::string_view good : {"", "abc", "\xC3\xBC", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsValidUtf8(good));
    EXPECT_EQ(ToUtf8(good), good);
  }
  for (const std::string_view bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xE2\x82",
                                     "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(IsValidUtf8(bad));
    EXPECT_TRUE(IsValidUtf8(ToUtf8(bad)));
  }
}

TEST(Text, ReadsNumbersWhole) {
  EXPECT_EQ(ParseDecimal("18446744073709551615"), 18446744073709551615u);
  for (const std::string_view bad : {"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616"}) {
    EXPECT_EQ(ParseDecimal(bad), std::nullopt) << bad;
  }
}

TEST(Parameters, OffersFileNamesToEveryClient) {
  EXPECT_EQ(AttachmentDisposition("a-0-clean.jpg"), "attachment; filename=\"a-0-clean.jpg\"");
  EXPECT_EQ(AttachmentDisposition("\xC3\xBC \"x\"\r\n.jpg"),
            "attachment; filename=\"_ _x___.jpg\"; filename*=UTF-8''%C3%BC%20%22x%22%0D%0A.jpg");
}

TEST(Network, Contains) {
  const auto contains = [](std::string_view network, std::string_view address) {
    return Network::Parse(network)->Contains(*ParseIpAddress(address));
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(contains("10.0.0.1", "10.0.0.1"));
  EXPECT_FALSE(contains("10.0.0.1", "10.0.0.2"));
  EXPECT_TRUE(contains("192.168.4.0/22", "192.168.7.9"));
  EXPECT_FALSE(contains("192.168.4.0/22", "192.168.8.0"));
  EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
  EXPECT_TRUE(contains("2001:db8::/32", "2001:db8:1::1"));
  for (const std::string_view bad : {"", "host", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::/129", "10.0.0.0/-1"}) {
    EXPECT_FALSE(Network::Parse(bad)) << bad;
  }
}

TEST(Network, KnowsWhatMayStandInAUrl) {
  for (const std::string_view good :
       {"localhost", "a-b.example:8080", "192.0.2.1:1", "[::1]", "[2001:db8::1]:443", "a_b"}) {
    EXPECT_TRUE(IsHostAndPort(good)) << good;
  }
  for (const std::string_view bad : {"", "a b", "a/b", "a@b", "a:0", "a:65536", "a:", "a:b", "::1", "[::1", "[a]",
                                     "[1.2.3.4]", "[::1]x", ".", "a\"", "a?b", "\xC3\xBC"}) {
    EXPECT_FALSE(IsHostAndPort(bad)) << bad;
  }
  EXPECT_FALSE(IsHostAndPort(std::string(256, 'a')));
}

TEST(ResponseHead, LetsNoValueBeginAField) {
  Response response;
  response.headers.Add("X", "a\r\nSet-Cookie: b");
  const std::string head = FormatHead(response, {.now = {}, .request_id = "r", .close = false});
  EXPECT_EQ(head.find("\nSet-Cookie"), std::string::npos);
}

TEST(ResponseHead, SaysWhatTheStatusAllows) {
  Response response;
  response.status = 304;
  const std::string head = FormatHead(response, {.now = {784111777000}, .request_id = "r", .close = true});
  EXPECT_EQ(head,
            "HTTP/1.1 304 Not Modified\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-Request-Id: r\r\nConnection: "
            "close\r\n\r\n");
}

TEST(ResponseHead, EchoesOnlySaneIds) {
  EXPECT_TRUE(IsSaneRequestId("01H-x_y.z:1=+/"));
  EXPECT_FALSE(IsSaneRequestId(""));
  EXPECT_FALSE(IsSaneRequestId("a b"));
  EXPECT_FALSE(IsSaneRequestId("a\"b"));
  EXPECT_FALSE(IsSaneRequestId(std::string(129, 'a')));
  EXPECT_NE(MakeRequestId(), MakeRequestId());
}

}  // namespace
}  // namespace removr::http
