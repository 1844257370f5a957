// How requests look, and what follows from each kind of answer, with a server that says what it is told.
#include "service/store/s3_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace removr::store {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;

// Gives each connection the next answer, the last one again and again, and closes it. "": closes without a word;
// "silence": never answers.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> answers)
      : answers_(std::move(answers)), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(socket_, reinterpret_cast<const sockaddr*>(&address), size);
    listen(socket_, 16);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { Serve(); });
  }
  ~ScriptedServer() { shutdown(socket_, SHUT_RDWR); }

  std::uint16_t port() const { return port_; }
  int requests() const { return requests_; }
  // Of the first request; to be read after its answer.
  const std::string& head() const { return head_; }
  // All that was sent behind heads.
  const std::string& bodies() const { return bodies_; }

 private:
  static int BodyBytes(const std::string& head) {
    constexpr std::string_view kField = "\r\nContent-Length: ";
    const auto at = head.find(kField);
    return at == std::string::npos ? 0 : std::atoi(head.c_str() + at + kField.size());
  }
  void Serve() {
    for (int fd; (fd = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      std::string head;
      char c = 0;
      while (!head.ends_with("\r\n\r\n") && read(fd, &c, 1) == 1) head += c;
      if (head_.empty()) head_ = head;
      for (int left = BodyBytes(head); left > 0 && read(fd, &c, 1) == 1; --left) bodies_ += c;
      const std::string& answer = answers_[std::min(static_cast<std::size_t>(requests_++), answers_.size() - 1)];
      if (answer == "silence") {
        while (read(fd, &c, 1) == 1) continue;  // until the client gives up
      } else {
        send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
        shutdown(fd, SHUT_WR);
        while (read(fd, &c, 1) == 1) continue;
      }
      close(fd);
    }
    close(socket_);
  }

  const std::vector<std::string> answers_;
  const int socket_;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::string head_, bodies_;
  std::jthread thread_;
};

std::string Answer(int status, std::string_view code = "", std::string_view fields = "") {
  const std::string body = code.empty() ? "" : "<Error><Code>" + std::string(code) + "</Code></Error>";
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "Connection: close\r\n\r\n" + body;
}
std::string Content(int status, std::string_view range, std::string_view body) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nETag: \"e\"\r\n" + (range.empty() ? "" : "Content-Range: " + std::string(range) + "\r\n") +
         "Connection: close\r\n\r\n" + std::string(body);
}

std::unique_ptr<S3Client> ClientOf(const ScriptedServer& server, const std::string& token = "") {
  const std::string endpoint = "http://127.0.0.1:" + std::to_string(server.port());
  return S3Client::Create({"bucket", "", endpoint, "eu-1"}, {"id", "hush", token}, "",
                          {.stall = 1s, .first_wait = 1ms, .young = 1s})
      .value();
}

std::string_view Name(const Status& status) { return status ? "ok" : removr::Name(status.error().code); }

TEST(S3Client, EachAnswerHasItsErrorAndItsNumberOfTries) {
  constexpr int kAll = S3Patience().tries_max;
  const struct {
    std::vector<std::string> answers;
    ErrorCode error;
    int requests;
  } cases[] = {
      {{Answer(500, "InternalError")}, ErrorCode::kBusy, kAll},
      {{Answer(502)}, ErrorCode::kBusy, kAll},
      {{Answer(503, "SlowDown")}, ErrorCode::kBusy, kAll},
      {{Answer(429)}, ErrorCode::kBusy, kAll},
      {{Answer(409, "OperationAborted")}, ErrorCode::kBusy, kAll},
      {{Answer(400, "RequestTimeout")}, ErrorCode::kBusy, kAll},
      {{""}, ErrorCode::kBusy, kAll},
      {{"no HTTP"}, ErrorCode::kIo, 1},
      {{Answer(500), Answer(503), Answer(403, "AccessDenied")}, ErrorCode::kIo, 3},
      {{Answer(403, "AccessDenied")}, ErrorCode::kIo, 1},
      {{Answer(403, "RequestTimeTooSkewed")}, ErrorCode::kIo, 1},
      {{Answer(400, "AuthorizationHeaderMalformed")}, ErrorCode::kIo, 1},
      {{Answer(301, "PermanentRedirect", "Location: http://127.0.0.1:1/\r\n")}, ErrorCode::kIo, 1},
      {{Answer(501, "NotImplemented")}, ErrorCode::kIo, 1},
      {{Answer(404, "NoSuchBucket")}, ErrorCode::kIo, 1},
      {{Answer(404, "NoSuchKey")}, ErrorCode::kNotFound, 1},
      {{Answer(412, "PreconditionFailed")}, ErrorCode::kNotFound, 1},
      {{Answer(507)}, ErrorCode::kStorageFull, 1},
      {{Answer(403, "QuotaExceeded")}, ErrorCode::kStorageFull, 1},
      {{Content(206, "bytes 0-9/99", "0123456789")}, ErrorCode::kIo, 1},            // more than was asked for
      {{Content(206, "bytes 0-1/99", "01")}, ErrorCode::kIo, 1},                    // less
      {{Content(206, "bytes 0-3/x", "0123")}, ErrorCode::kIo, 1},                   // of unknown size
      {{Content(206, "", "0123")}, ErrorCode::kIo, 1},                              //
      {{"HTTP/1.1 206 X\r\nContent-Length: 4\r\n\r\n01"}, ErrorCode::kBusy, kAll},  // it ends early
      {{Answer(403) + std::string(9, 'x')}, ErrorCode::kIo, 1},
  };
  for (const auto& c : cases) {
    const ScriptedServer server(c.answers);
    Bytes into(4);
    const auto part = ClientOf(server)->Get("a", 0, into);
    ASSERT_FALSE(part) << c.answers[0];
    EXPECT_EQ(removr::Name(part.error().code), removr::Name(c.error)) << part.error().message;
    EXPECT_EQ(server.requests(), c.requests) << c.answers[0];
    EXPECT_EQ(part.error().message.find("hush"), std::string::npos);
  }
}

TEST(S3Client, GoesOnAfterATransientError) {
  const ScriptedServer server({"", Answer(503), Content(206, "bytes 2-5/99", "2345")});
  Bytes into(4);
  const auto part = ClientOf(server)->Get("a", 2, into).value();
  EXPECT_EQ(part.object_bytes, 99);
  EXPECT_EQ(part.read_bytes, 4u);
  EXPECT_EQ(part.etag, "\"e\"");
  EXPECT_EQ(into, (Bytes{'2', '3', '4', '5'}));
}

TEST(S3Client, TakesASmallObjectWhole) {
  const ScriptedServer server({Content(200, "", "012")});
  Bytes into(4);
  const auto part = ClientOf(server)->Get("a", 0, into).value();
  EXPECT_EQ(part.object_bytes, 3);
  EXPECT_EQ(part.read_bytes, 3u);
}

TEST(S3Client, ASilentServerIsGivenUp) {
  const ScriptedServer server({"silence"});
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(Name(ClientOf(server)->Delete("a")), "busy");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  EXPECT_EQ(server.requests(), 1) << "after so long no further try begins";
}

TEST(S3Client, AnAnswerWithoutEndIsCut) {
  const std::string endless = "HTTP/1.1 200 X\r\nConnection: close\r\n\r\n" + std::string(5 << 20, 'x');
  const ScriptedServer server({endless});
  EXPECT_EQ(ClientOf(server)->List({}).error().code, ErrorCode::kIo);
}

std::string Hex(std::string_view bytes) {
  std::string hex(2 * bytes.size() + 1, 0);
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  hex.pop_back();
  return hex;
}
std::string Sha256Hex(std::string_view text) {
  std::string digest(crypto_hash_sha256_BYTES, 0);
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return Hex(digest);
}
std::string Hmac(std::string_view key, std::string_view text) {
  std::string mac(crypto_auth_hmacsha256_BYTES, 0);
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
  return mac;
}
// A field's value; `name` in lower case.
std::string Field(const std::string& head, const std::string& name) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto at = lower.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

// The Authorization field that Signature Version 4 asks for ("Authenticating Requests: Using the Authorization Header",
// Amazon S3 API reference) with `method`, `path`, `query` and the fields of `head` named in `signed_names`.
std::string Signed(const std::string& head, const std::string& method, const std::string& path,
                   const std::string& query, const std::vector<std::string>& signed_names) {
  std::string fields, names;
  for (const std::string& name : signed_names) {
    fields += name + ":" + Field(head, name) + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string time = Field(head, "x-amz-date"), day = time.substr(0, 8);
  std::string canonical = method + "\n" + path + "\n" + query + "\n" + fields + "\n" + names + "\n";
  canonical += Field(head, "x-amz-content-sha256");
  const std::string scope = day + "/eu-1/s3/aws4_request";
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + Sha256Hex(canonical);
  const std::string key = Hmac(Hmac(Hmac(Hmac("AWS4hush", day), "eu-1"), "s3"), "aws4_request");
  return "AWS4-HMAC-SHA256 Credential=id/" + scope + ", SignedHeaders=" + names +
         ", Signature=" + Hex(Hmac(key, to_sign));
}

// libcurl's signature against the definition's: a canonical query, every header of Amazon's own, the payload.
TEST(S3Client, SignsAsTheDefinitionSays) {
  const ScriptedServer of_list({Answer(200)}), of_delete({Answer(204)}), of_get({Content(206, "bytes 0-3/4", "0123")});
  const std::vector<std::string> names = {"host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"};

  ASSERT_TRUE(ClientOf(of_list, "to/ken+=")->List({{"prefix", "a!'(*)/ ~"}, {"continuation-token", "x&y=/+"}}));
  const std::string query = "continuation-token=x%26y%3D%2F%2B&list-type=2&prefix=a%21%27%28%2A%29%2F%20~";
  EXPECT_TRUE(of_list.head().starts_with("GET /bucket?" + query + " HTTP/1.1\r\n")) << of_list.head();
  EXPECT_EQ(Field(of_list.head(), "authorization"), Signed(of_list.head(), "GET", "/bucket", query, names));
  EXPECT_EQ(of_list.head().find("hush"), std::string::npos);

  ASSERT_TRUE(ClientOf(of_delete, "to/ken+=")->Delete("a_(1)/b.c"));
  EXPECT_EQ(Field(of_delete.head(), "authorization"),
            Signed(of_delete.head(), "DELETE", "/bucket/a_%281%29/b.c", "", names));

  Bytes into(4);
  ASSERT_TRUE(ClientOf(of_get)->Get("a", 0, into, "\"e\""));
  EXPECT_EQ(Field(of_get.head(), "range"), "bytes=0-3");
  EXPECT_EQ(Field(of_get.head(), "authorization"),
            Signed(of_get.head(), "GET", "/bucket/a", "", {"host", "if-match", "x-amz-content-sha256", "x-amz-date"}));
}

// A file's bytes, with their SHA-256 signed, once more where the first try fails.
TEST(S3Client, SendsAFile) {
  const std::string content = "content of a file";
  std::FILE* const file = std::tmpfile();
  ASSERT_EQ(std::fwrite(content.data(), 1, content.size(), file), content.size());
  std::fflush(file);
  const ScriptedServer server({Answer(503, "SlowDown"), Answer(200)});
  const auto size = static_cast<std::int64_t>(content.size());
  EXPECT_TRUE(ClientOf(server)->Put("a", fileno(file), size, Sha256Hex(content)));
  std::fclose(file);
  EXPECT_EQ(server.requests(), 2);
  EXPECT_EQ(server.bodies(), content + content);
  EXPECT_EQ(Field(server.head(), "x-amz-content-sha256"), Sha256Hex(content));
  EXPECT_EQ(Field(server.head(), "authorization"),
            Signed(server.head(), "PUT", "/bucket/a", "", {"host", "x-amz-content-sha256", "x-amz-date"}));
}

}  // namespace
}  // namespace removr::store
