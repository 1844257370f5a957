#include "service/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <functional>
#include <future>
#include <stdexcept>
#include <thread>

#include "service/http/test_client.h"

namespace removr::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

Response Text(int status, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// Reads the whole body, and answers with it or with what went wrong.
Response Echo(const Request&, BodyReader& body) {
  std::string all;
  while (true) {
    const auto piece = body.Next();
    if (!piece) return Text(piece.error().code == ErrorCode::kTimeout ? 408 : 400, piece.error().message);
    if (piece->empty()) return Text(200, all);
    all.append(reinterpret_cast<const char*>(piece->data()), piece->size());
  }
}

class FunctionHandler final : public Handler {
 public:
  using Function = std::function<Response(const Request&, BodyReader&)>;
  explicit FunctionHandler(Function function) : function_(std::move(function)) {}
  Response Handle(const Request& request, BodyReader& body) override { return function_(request, body); }
  Response Refuse(Fault fault) override {
    switch (fault) {
      case Fault::kMalformed: return Text(400, "malformed");
      case Fault::kHeadersTooLarge: return Text(431, "too large");
      case Fault::kTimeout: return Text(408, "timeout");
      case Fault::kOverloaded: return Text(503, "overloaded");
      case Fault::kFailed: return Text(500, "failed");
    }
    return Text(500, "unknown");
  }

 private:
  Function function_;
};

// A server with a function for a handler, on a free port.
struct Running {
  explicit Running(FunctionHandler::Function function, ServerOptions options = {}) : handler(std::move(function)) {
    options.listen.port = 0;
    auto started = Server::Start(options, handler, clock);
    EXPECT_TRUE(started) << started.error().message;
    server = std::move(*started);
  }
  std::uint16_t port() const { return server->Port(); }

  SystemClock clock;
  FunctionHandler handler;
  std::unique_ptr<Server> server;
};

std::string Get(std::string_view path, std::string_view fields = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" + std::string(fields) + "\r\n";
}

std::string PostHead(std::size_t length, std::string_view fields = "") {
  return "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(length) + "\r\n" + std::string(fields) +
         "\r\n";
}

TEST(Server, ServesSeveralRequestsOnAConnection) {
  Running running([](const Request& request, BodyReader&) { return Text(200, request.path + "?" + request.query); });
  TestClient client(running.port());
  EXPECT_EQ(client.Exchange(Get("/a?x=1")).body, "/a?x=1");
  EXPECT_EQ(client.Exchange(Get("/b")).body, "/b?");
  client.Send(Get("/c") + Get("/d"));
  EXPECT_EQ(client.Receive().body, "/c?");
  EXPECT_EQ(client.Receive().body, "/d?");
  EXPECT_EQ(client.Exchange(Get("/e", "Connection: close\r\n")).Field("Connection"), "close");
  EXPECT_TRUE(client.SeesClose());
}

TEST(Server, ReadsBodiesByLengthAndInChunks) {
  Running running(Echo);
  TestClient client(running.port());
  const std::string large(300'000, 'x');
  EXPECT_EQ(client.Exchange(PostHead(large.size()) + large).body, large);
  client.Send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  client.Send("7;x=y\r\n, chunk\r\n0\r\nTrailer: ignored\r\n\r\n");
  EXPECT_EQ(client.Receive().body, "hello, chunk");
  EXPECT_EQ(client.Exchange(PostHead(2) + "ok" + PostHead(0)).body, "ok");
  EXPECT_EQ(client.Receive().body, "");
}

TEST(Server, SaysContinueOnceTheBodyIsWanted) {
  Running running([](const Request& request, BodyReader& body) {
    return request.path == "/refuse" ? Text(413, "no") : Echo(request, body);
  });
  TestClient client(running.port());
  client.Send(PostHead(5, "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.Receive().status, 100);
  EXPECT_EQ(client.Exchange("hello").body, "hello");
  client.Send("POST /refuse HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.Receive().status, 413);
}

// Says what its function says; counts how many live.
class ScriptedLive final : public LiveSource {
 public:
  using Next = std::function<Result<std::optional<std::string>>(int)>;
  ScriptedLive(Next next, std::atomic<int>& living) : next_(std::move(next)), living_(living) { ++living_; }
  ~ScriptedLive() override { --living_; }
  Result<std::optional<std::string>> Poll() override { return next_(calls_++); }

 private:
  Next next_;
  int calls_ = 0;
  std::atomic<int>& living_;
};

class LiveServer : public testing::Test {
 protected:
  static ServerOptions Options() {
    ServerOptions options;
    options.live_pause = milliseconds(10);
    options.requests_max = 2;
    return options;
  }
  bool NoneLeft() {
    for (int i = 0; i < 500 && living > 0; ++i) std::this_thread::sleep_for(milliseconds(10));
    return living == 0;
  }

  std::atomic<int> living = 0;
  ScriptedLive::Next next = [](int) { return ""; };
  Running running{[this](const Request& request, BodyReader&) {
                    Response response;
                    if (request.path == "/live") response.live = std::make_unique<ScriptedLive>(next, living);
                    return response;
                  },
                  Options()};
  TestClient client{running.port()};
};

TEST_F(LiveServer, SendsWhatIsNewAndClosesAtTheEnd) {
  next = [](int call) -> Result<std::optional<std::string>> {
    if (call == 4) return std::nullopt;
    return call % 2 == 0 ? "news " + std::to_string(call) + ";" : "";
  };
  const RawAnswer head = client.Exchange(Get("/live"));
  EXPECT_EQ(head.Field("Content-Length"), "");
  EXPECT_EQ(head.Field("Connection"), "close");
  EXPECT_EQ(client.ReceiveUntil("2;"), "news 0;news 2;");
  EXPECT_TRUE(client.SeesClose());
  EXPECT_TRUE(NoneLeft());
}

TEST_F(LiveServer, HoldsNoThreadWhileItWaits) {
  std::vector<std::unique_ptr<TestClient>> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(std::make_unique<TestClient>(running.port()));
    EXPECT_EQ(waiting.back()->Exchange(Get("/live")).status, 200);
  }
  EXPECT_EQ(living, 20);
  EXPECT_EQ(client.Exchange(Get("/other")).status, 200);
}

TEST_F(LiveServer, EndsWhenTheClientLeavesOrSendsAnything) {
  client.Exchange(Get("/live"));
  client.Close();
  EXPECT_TRUE(NoneLeft());
  TestClient eager(running.port());
  eager.Exchange(Get("/live"));
  eager.Send("x");
  EXPECT_TRUE(eager.SeesClose());
  EXPECT_TRUE(NoneLeft());
}

TEST_F(LiveServer, EndsWithItsSourceAndWithTheServer) {
  next = [](int call) -> Result<std::optional<std::string>> {
    if (call == 1) return Fail(ErrorCode::kIo, "no database");
    return "news";
  };
  client.Exchange(Get("/live"));
  EXPECT_EQ(client.ReceiveUntil("more"), "news");
  EXPECT_TRUE(NoneLeft());
  next = [](int) { return ""; };
  TestClient other(running.port());
  other.Exchange(Get("/live"));
  running.server->Stop();
  EXPECT_EQ(living, 0);
}

TEST_F(LiveServer, AsksNothingForHead) {
  next = [](int) -> Result<std::optional<std::string>> { return Fail(ErrorCode::kInternal, "asked"); };
  client.Send("HEAD /live HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(client.Receive(false).status, 200);
  EXPECT_TRUE(NoneLeft());
}

TEST(Server, LetsTheClientReadAnEarlyAnswer) {
  Running running([](const Request&, BodyReader&) { return Text(413, "too much"); });
  TestClient client(running.port());
  const std::string large(16 << 20, 'x');
  EXPECT_TRUE(client.Send(PostHead(large.size()) + large));
  const RawAnswer answer = client.Receive();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "too much");
  EXPECT_EQ(answer.Field("Connection"), "close");
}

TEST(Server, LingersNoLongerThanItsBound) {
  ServerOptions options;
  options.linger = milliseconds(200);
  Running running([](const Request&, BodyReader&) { return Text(413, "too much"); }, options);
  TestClient client(running.port());
  EXPECT_EQ(client.Exchange(PostHead(1000)).status, 413);
  // The first write may still be taken; the reset comes back for it.
  std::this_thread::sleep_for(milliseconds(600));
  client.Send("x");
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_FALSE(client.Send("x"));
}

TEST(Server, TellsABodyThatEndsEarly) {
  Running running(Echo);
  TestClient client(running.port());
  client.Send(PostHead(10) + "short");
  client.EndSending();
  const RawAnswer answer = client.Receive();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Field("Connection"), "close");
  EXPECT_TRUE(client.SeesClose());
}

TEST(Server, NoticesAClientThatGoesAwayWhileItSends) {
  std::promise<ErrorCode> seen;
  Running running([&](const Request&, BodyReader& body) {
    auto piece = body.Next();
    while (piece && !piece->empty()) piece = body.Next();
    seen.set_value(piece ? ErrorCode::kInternal : piece.error().code);
    return Text(400, "");
  });
  TestClient client(running.port());
  client.Send(PostHead(1'000'000) + std::string(100'000, 'x'));
  client.Close();
  auto code = seen.get_future();
  ASSERT_EQ(code.wait_for(std::chrono::seconds(5)), std::future_status::ready);
  EXPECT_EQ(code.get(), ErrorCode::kBadRequest);
}

TEST(Server, RefusesWhatIsNotHttp) {
  Running running(Echo);
  for (const std::string_view bad : {
           "HELLO\r\n\r\n",
           "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
           "GET / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
           "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
           "GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
           "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n",
       }) {
    TestClient client(running.port());
    const RawAnswer answer = client.Exchange(bad);
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_EQ(answer.Field("Connection"), "close") << bad;
  }
}

TEST(Server, BoundsTheHeader) {
  Running running(Echo);
  TestClient whole(running.port());
  EXPECT_EQ(whole.Exchange(Get("/", "X: " + std::string(20'000, 'x') + "\r\n")).status, 431);
  TestClient line_by_line(running.port());
  line_by_line.Send("GET / HTTP/1.1\r\nHost: a\r\n");
  const std::string field = "X: " + std::string(1000, 'x') + "\r\n";
  for (int i = 0; i < 20; ++i) {
    line_by_line.Send(field);
    std::this_thread::sleep_for(milliseconds(2));
  }
  EXPECT_EQ(line_by_line.Receive().status, 431);
}

TEST(Server, TimesOutSlowHeadersAndSlowBodies) {
  ServerOptions options;
  options.header_timeout = options.body_timeout = milliseconds(150);
  Running running(Echo, options);
  TestClient slow_header(running.port());
  slow_header.Send("GET / HT");
  TestClient slow_body(running.port());
  slow_body.Send(PostHead(10) + "12345");
  EXPECT_EQ(slow_header.Receive().status, 408);
  EXPECT_EQ(slow_body.Receive().status, 408);
}

TEST(Server, TimesOutABodyThatTrickles) {
  ServerOptions options;
  options.body_grace = milliseconds(200);
  options.body_rate_min_bytes_per_s = 1000;
  Running running(Echo, options);
  TestClient client(running.port());
  client.Send(PostHead(10'000));
  for (int i = 0; i < 20; ++i) {
    client.Send("x");
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_EQ(client.Receive().status, 408);
}

TEST(Server, ClosesIdleConnectionsWithoutAWord) {
  ServerOptions options;
  options.idle_timeout = milliseconds(100);
  Running running(Echo, options);
  TestClient fresh(running.port());
  TestClient used(running.port());
  EXPECT_EQ(used.Exchange(Get("/")).status, 200);
  EXPECT_TRUE(fresh.SeesClose());
  EXPECT_TRUE(used.SeesClose());
}

TEST(Server, RefusesConnectionsBeyondItsBound) {
  ServerOptions options;
  options.connections_max = 1;
  Running running(Echo, options);
  TestClient first(running.port());
  first.Send(PostHead(1, "Expect: 100-continue\r\n"));
  EXPECT_EQ(first.Receive().status, 100);
  TestClient second(running.port());
  EXPECT_EQ(second.Receive().status, 503);
  EXPECT_EQ(first.Exchange("x").status, 200);
}

TEST(Server, IsNotShutByConnectionsThatNeverFinishAHeader) {
  ServerOptions options;
  options.connections_max = 20;
  options.header_timeout = options.idle_timeout = std::chrono::seconds(60);
  Running running(Echo, options);
  TestClient upload(running.port());
  upload.Send(PostHead(1, "Expect: 100-continue\r\n"));
  EXPECT_EQ(upload.Receive().status, 100);
  std::vector<std::unique_ptr<TestClient>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<TestClient>(running.port()));
    slow.back()->Send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHo" : "");
    EXPECT_EQ(TestClient(running.port()).Exchange(Get("/")).status, 200) << i;
  }
  EXPECT_EQ(upload.Exchange("x").status, 200) << "a request in hand is not given up for them";
}

// Where handlers wait until the test lets them go.
class Gate {
 public:
  // False where nobody came to open it.
  bool Pass() {
    ++inside_;
    return opened_.wait_for(std::chrono::seconds(10)) == std::future_status::ready;
  }
  bool WaitFor(int count) {
    for (int i = 0; i < 1000 && inside_ < count; ++i) std::this_thread::sleep_for(milliseconds(2));
    return inside_ == count;
  }
  void Open() { open_.set_value(); }

 private:
  std::promise<void> open_;
  std::shared_future<void> opened_ = open_.get_future().share();
  std::atomic<int> inside_ = 0;
};

TEST(Server, AnswersBesideHandlersThatBlock) {
  Gate gate;
  ServerOptions options;
  options.io_threads = 2;
  Running running([&](const Request& request,
                      BodyReader&) { return Text(request.path == "/quick" || gate.Pass() ? 200 : 500, ""); },
                  options);
  std::vector<std::unique_ptr<TestClient>> blocked;
  for (int i = 0; i < 5; ++i) {  // more than there are I/O threads
    blocked.push_back(std::make_unique<TestClient>(running.port()));
    blocked.back()->Send(Get("/"));
  }
  EXPECT_TRUE(gate.WaitFor(5));
  TestClient other(running.port());
  EXPECT_EQ(other.Exchange(Get("/quick")).status, 200);
  gate.Open();
  for (const auto& client : blocked) EXPECT_EQ(client->Receive().status, 200);
}

TEST(Server, RefusesRequestsBeyondItsBounds) {
  Gate gate;
  ServerOptions options;
  options.requests_max = 2;
  options.uploads_max = 1;
  Running running([&](const Request&, BodyReader&) { return Text(gate.Pass() ? 200 : 500, ""); }, options);
  TestClient upload(running.port()), other_upload(running.port()), get(running.port()), other_get(running.port());
  upload.Send(PostHead(1) + "x");
  ASSERT_TRUE(gate.WaitFor(1));
  EXPECT_EQ(other_upload.Exchange(PostHead(1) + "x").status, 503);
  get.Send(Get("/"));
  ASSERT_TRUE(gate.WaitFor(2));
  EXPECT_EQ(other_get.Exchange(Get("/")).status, 503);
  gate.Open();
  EXPECT_EQ(upload.Receive().status, 200);
  EXPECT_EQ(get.Receive().status, 200);
  EXPECT_EQ(other_get.Exchange(Get("/")).status, 200) << "a refused request leaves its connection open";
}

// Counts up, and fails after `sound_bytes`.
class CountingSource final : public BodySource {
 public:
  explicit CountingSource(std::size_t sound_bytes) : sound_bytes_(sound_bytes) {}
  Result<std::size_t> Read(std::span<std::uint8_t> buffer) override {
    if (done_ >= sound_bytes_) return Fail(ErrorCode::kIo, "no more");
    const std::size_t size = std::min(buffer.size(), sound_bytes_ - done_);
    for (std::size_t i = 0; i < size; ++i) buffer[i] = static_cast<std::uint8_t>((done_ + i) % 251);
    done_ += size;
    return size;
  }

 private:
  std::size_t sound_bytes_, done_ = 0;
};

TEST(Server, StreamsWhatDoesNotFitInMemory) {
  constexpr std::size_t kSize = 1'000'000;
  Running running([](const Request& request, BodyReader&) {
    Response response;
    response.source = std::make_unique<CountingSource>(request.path == "/broken" ? kSize / 2 : kSize);
    response.source_bytes = kSize;
    return response;
  });
  TestClient client(running.port());
  const RawAnswer answer = client.Exchange(Get("/"));
  ASSERT_EQ(answer.body.size(), kSize);
  bool counts_up = true;
  for (std::size_t i = 0; i < kSize; ++i) counts_up &= static_cast<std::uint8_t>(answer.body[i]) == i % 251;
  EXPECT_TRUE(counts_up);
  client.Send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(client.Receive(false).Field("Content-Length"), std::to_string(kSize));
  EXPECT_EQ(client.Exchange(Get("/broken")).status, 0) << "a cut answer must not look whole";
}

// A file without a name that counts up, from its byte `kFileOffset` on.
class FileSource final : public BodySource {
 public:
  static constexpr std::int64_t kFileOffset = 3;
  explicit FileSource(std::size_t size_bytes) : file_(std::tmpfile()) {
    std::string bytes(kFileOffset, '?');
    for (std::size_t i = 0; i < size_bytes; ++i) bytes.push_back(static_cast<char>(i % 251));
    EXPECT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file_), bytes.size());
    std::fflush(file_);
  }
  ~FileSource() override { std::fclose(file_); }
  Result<std::size_t> Read(std::span<std::uint8_t>) override { return Fail(ErrorCode::kIo, "nobody should read"); }
  std::optional<File> file() const override { return File{fileno(file_), kFileOffset}; }

 private:
  std::FILE* file_;
};

TEST(Server, SendsFilesFromWhereTheyLie) {
  constexpr std::size_t kSize = 9'000'000;  // more than a socket takes at once
  Running running([](const Request& request, BodyReader&) {
    Response response;
    response.source = std::make_unique<FileSource>(request.path == "/short" ? kSize / 2 : kSize);
    response.source_bytes = kSize;
    return response;
  });
  TestClient client(running.port());
  for (const int pause_ms : {0, 100}) {
    client.Send(Get("/"));
    std::this_thread::sleep_for(milliseconds(pause_ms));  // the server has to wait until there is room again
    const RawAnswer answer = client.Receive();
    ASSERT_EQ(answer.body.size(), kSize);
    bool counts_up = true;
    for (std::size_t i = 0; i < kSize; ++i) counts_up &= static_cast<std::uint8_t>(answer.body[i]) == i % 251;
    EXPECT_TRUE(counts_up);
  }
  client.Send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(client.Receive(false).Field("Content-Length"), std::to_string(kSize));
  {
    TestClient leaves(running.port());
    leaves.Send(Get("/"));
    leaves.ReceiveUntil("\r\n\r\n");
  }
  EXPECT_EQ(TestClient(running.port()).Exchange(Get("/short")).status, 0) << "a cut answer must not look whole";
  EXPECT_EQ(client.Exchange(Get("/")).status, 200);
}

TEST(Server, NamesEveryAnswer) {
  Running running([](const Request& request, BodyReader&) { return Text(200, request.id); });
  TestClient client(running.port());
  const RawAnswer echoed = client.Exchange(Get("/", "X-Request-Id: abc-1\r\n"));
  EXPECT_EQ(echoed.Field("X-Request-Id"), "abc-1");
  EXPECT_EQ(echoed.body, "abc-1");
  const RawAnswer made = client.Exchange(Get("/", "X-Request-Id: a b\"c\r\n"));
  EXPECT_EQ(made.Field("X-Request-Id").size(), 32u);
  EXPECT_EQ(client.Exchange("nonsense\r\n\r\n").Field("X-Request-Id").size(), 32u);
}

TEST(Server, AnswersForAHandlerThatThrows) {
  Running running([](const Request&, BodyReader&) -> Response { throw std::runtime_error("boom"); });
  TestClient client(running.port());
  EXPECT_EQ(client.Exchange(Get("/")).status, 500);
}

TEST(Server, FinishesWhatIsInHandWhenItStops) {
  std::promise<void> inside;
  Running running([&](const Request&, BodyReader&) {
    inside.set_value();
    std::this_thread::sleep_for(milliseconds(200));
    return Text(200, "finished");
  });
  TestClient idle(running.port()), busy(running.port());
  busy.Send(Get("/"));
  inside.get_future().wait();
  std::thread stopper([&] { running.server->Stop(); });
  EXPECT_TRUE(idle.SeesClose());
  const RawAnswer answer = busy.Receive();
  EXPECT_EQ(answer.body, "finished");
  EXPECT_EQ(answer.Field("Connection"), "close");
  stopper.join();
  EXPECT_FALSE(TestClient(running.port()).connected());
}

TEST(Server, CutsWhatDoesNotEndWhenItStops) {
  ServerOptions options;
  options.stop_timeout = milliseconds(100);
  std::promise<void> inside;
  Running running(
      [&](const Request&, BodyReader& body) {
        inside.set_value();
        const auto piece = body.Next();
        return Text(503, piece ? "" : std::string(Name(piece.error().code)) + ": " + piece.error().message);
      },
      options);
  TestClient client(running.port());
  client.Send(PostHead(100));
  inside.get_future().wait();
  running.server->Stop();
  EXPECT_THAT(client.Receive().body, HasSubstr("the server stops"));
}

TEST(Server, SaysWhyItCannotListen) {
  Running running(Echo);
  ServerOptions options;
  options.listen.port = running.port();
  const auto second = Server::Start(options, running.handler, running.clock);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, StartsWith("cannot listen on 127.0.0.1:"));
}

TEST(Server, ReadsEndpoints) {
  EXPECT_EQ(ParseEndpoint("127.0.0.1:80")->port, 80);
  EXPECT_EQ(ParseEndpoint("localhost:0")->address, "127.0.0.1");
  EXPECT_EQ(ParseEndpoint(":8080")->address, "0.0.0.0");
  EXPECT_EQ(ParseEndpoint("[::1]:8080")->address, "::1");
  for (const std::string_view bad : {"", "8080", "::1:80", "host:80", "127.0.0.1:", "127.0.0.1:65536", "[::1]"}) {
    EXPECT_FALSE(ParseEndpoint(bad)) << bad;
  }
}

}  // namespace
}  // namespace removr::http
