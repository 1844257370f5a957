#include "service/http/request_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace removr::http {
namespace {

struct Parsed {
  std::optional<Fault> fault;
  bool done = false;
  std::string body;
  std::size_t used = 0;
  Request request;
  bool keep_alive = false;
};

// Parses one request whose bytes arrive `piece_size` at a time.
Parsed ParseAll(std::string_view text, std::size_t piece_size) {
  RequestParser parser(4096);
  Parsed parsed;
  std::string buffer;
  while (!parser.Done() && !parsed.fault) {
    const std::string_view piece = text.substr(0, piece_size);
    if (piece.empty()) return parsed;
    buffer.append(piece);
    text.remove_prefix(piece.size());
    bool need_more = false;
    while (!need_more && !parser.Done() && !parsed.fault) {
      const auto step = parser.Parse({reinterpret_cast<const std::uint8_t*>(buffer.data()), buffer.size()});
      parsed.body.append(step.body.begin(), step.body.end());
      parsed.used += step.used;
      parsed.fault = step.fault;
      need_more = step.need_more || step.used == buffer.size();
      buffer.erase(0, step.used);
    }
  }
  parsed.done = parser.Done();
  if (parser.HeaderDone()) {
    parsed.request = parser.request();
    parsed.keep_alive = parser.KeepAlive();
  }
  return parsed;
}

TEST(RequestParser, ReadsTheSameAtEverySplit) {
  const std::string text =
      "\r\nPOST /a?b=c HTTP/1.1\r\nHost: h:1\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n1;e=\"v\"\r\n!\r\n0\r\nT: u\r\n\r\n";
  for (std::size_t size = 1; size <= text.size() + 5; ++size) {
    const Parsed parsed = ParseAll(text + "GET ", size);
    ASSERT_TRUE(parsed.done) << size;
    EXPECT_EQ(parsed.body, "hello!");
    EXPECT_EQ(parsed.used, text.size()) << "the next request's bytes are left";
    EXPECT_EQ(parsed.request.path, "/a");
    EXPECT_EQ(parsed.request.query, "b=c");
    EXPECT_EQ(parsed.request.headers.Find("host"), "h:1");
    EXPECT_FALSE(parsed.request.headers.Find("T"));
    EXPECT_TRUE(parsed.request.has_body);
  }
}

TEST(RequestParser, ReadsAnEmptyChunkedBodyByteByByte) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_TRUE(ParseAll(head + "0\r\n\r\n", 1).done);
  EXPECT_TRUE(ParseAll(head + "0\r\nT: u\r\n\r\n", 1).done);
  EXPECT_EQ(ParseAll(head + "0\r\nno field\r\n\r\n", 1).fault, Fault::kMalformed);
}

TEST(RequestParser, LeavesToTheHandlerWhatAMethodMeans) {
  for (const std::string method : {"GET", "get", "QUERY", "X-Y!"}) {
    EXPECT_EQ(ParseAll(method + " / HTTP/1.1\r\nHost: h\r\n\r\n", 1000).request.method, method);
  }
  for (const std::string method : {"", "G(T", "G\tT", "G\xC3\xA4T"}) {
    EXPECT_EQ(ParseAll(method + " / HTTP/1.1\r\nHost: h\r\n\r\n", 1000).fault, Fault::kMalformed) << method;
  }
}

TEST(RequestParser, ReadsAbsoluteTargets) {
  const Parsed parsed = ParseAll("GET http://other:81/x?y HTTP/1.1\r\nHost: h\r\n\r\n", 1000);
  ASSERT_TRUE(parsed.done);
  EXPECT_EQ(parsed.request.path, "/x");
  EXPECT_EQ(parsed.request.query, "y");
  EXPECT_EQ(parsed.request.headers.Find("Host"), "other:81");
  EXPECT_EQ(ParseAll("GET HTTP://other?q HTTP/1.1\r\nHost: h\r\n\r\n", 1000).request.query, "q");
  EXPECT_EQ(ParseAll("GET http://a@b/ HTTP/1.1\r\nHost: h\r\n\r\n", 1000).fault, Fault::kMalformed);
}

TEST(RequestParser, BoundsHeadersHoweverTheyArrive) {
  std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 500; ++i) many += "X: 0123456789\r\n";
  const std::string one = "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(5000, 'x') + "\r\n\r\n";
  const std::string target = "GET /" + std::string(5000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  for (const std::size_t size : {1, 15, 64, 4096, 100'000}) {
    EXPECT_EQ(ParseAll(many + "\r\n", size).fault, Fault::kHeadersTooLarge) << size;
    EXPECT_EQ(ParseAll(one, size).fault, Fault::kHeadersTooLarge) << size;
    EXPECT_EQ(ParseAll(target, size).fault, Fault::kHeadersTooLarge) << size;
  }
}

TEST(RequestParser, BoundsWhatStandsBetweenChunks) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(ParseAll(head + "1;x=" + std::string(20'000, 'x'), 1000).fault, Fault::kMalformed);
  EXPECT_EQ(ParseAll(head + "0\r\nT: " + std::string(20'000, 'x'), 1000).fault, Fault::kMalformed);
}

TEST(RequestParser, KnowsWhichConnectionsGoOn) {
  EXPECT_TRUE(ParseAll("GET / HTTP/1.1\r\nHost: h\r\n\r\n", 1000).keep_alive);
  EXPECT_FALSE(ParseAll("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 1000).keep_alive);
  EXPECT_FALSE(ParseAll("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 1000).keep_alive);
}

}  // namespace
}  // namespace removr::http
