#include "service/http/connection.h"

#include <sys/sendfile.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <tuple>

#include "base/log.h"
#include "service/http/response_head.h"

namespace removr::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

// In this file no condition holds a co_await: gcc 12 compiles some `if (co_await ...)` and `while (co_await ...)` to
// code that resumes at a trap. A named result costs nothing.

// Enough that a call per piece costs nothing beside hashing it.
constexpr std::size_t kBodyBufferBytes = 64 * 1024;
constexpr std::size_t kSourceBlockBytes = 256 * 1024;
// Of a file at a time, so that those who wait for a reading thread take turns.
constexpr std::uint64_t kFileBlockBytes = 1024 * 1024;

std::string PeerAddress(const asio::ip::tcp::socket& socket) {
  boost::system::error_code failure;
  const auto endpoint = socket.remote_endpoint(failure);
  if (failure) return "unknown";
  const auto address = endpoint.address();
  const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  return mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string() : address.to_string();
}

void LogRefusal(const std::string& peer, const std::string& request_id, Fault fault) {
  const log::Field id("requestId", request_id);
  const log::Field from("peer", peer);
  const log::Field why("fault", std::string(Name(fault)));
  log::Info("refused before it was a request");
}

// sendfile(2), which has no MSG_NOSIGNAL: this thread hears no more of a client that is gone than by the error.
// The bytes sent, 0 at the file's end, else the negative errno; it may wait for the disk.
ssize_t SendSome(int socket, BodySource::File& file, std::uint64_t size_bytes) {
  thread_local const bool is_blocked = [] {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    return ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr) == 0;
  }();
  (void)is_blocked;
  off_t offset = file.offset;
  const ssize_t sent = ::sendfile(socket, file.fd, &offset, std::min(size_bytes, kFileBlockBytes));
  if (sent < 0) return -errno;
  file.offset = offset;
  return sent;
}

// A place among the requests that may be in hand at once.
class Slot {
 public:
  Slot(std::atomic<int>& count, int max) : count_(count), granted_(count.fetch_add(1) < max) {}
  ~Slot() { --count_; }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  bool granted() const { return granted_; }

 private:
  std::atomic<int>& count_;
  const bool granted_;
};

}  // namespace

// The body as the handler's thread, which is none of the strand's, sees it: each piece is fetched by the strand, while
// this thread waits. Without a body the handler may be on the strand.
class Connection::BodyStream final : public BodyReader {
 public:
  explicit BodyStream(Connection& connection) : connection_(connection) {}
  Result<Bytes> Next() override {
    if (!connection_.parser_->request().has_body) return Bytes();
    return asio::co_spawn(connection_.socket_.get_executor(), connection_.ReadBody(), asio::use_future).get();
  }
  bool IsStopping() const override { return connection_.shared_.stopping; }

 private:
  Connection& connection_;
};

Connection::Connection(asio::ip::tcp::socket socket, Shared& shared, std::shared_ptr<asio::ssl::context> tls)
    : socket_(std::move(socket)),
      tls_context_(std::move(tls)),
      shared_(shared),
      peer_address_(PeerAddress(socket_)),
      timer_(socket_.get_executor()),
      waiting_since_ns_(shared.clock.Monotonic().count()) {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  if (tls_context_) tls_ = std::make_unique<asio::ssl::stream<asio::ip::tcp::socket&>>(socket_, *tls_context_);
  BeginRequest();
}

asio::awaitable<void> Connection::Run(bool refuse) {
  if (refuse) {
    if (!tls_) co_await Refuse(Fault::kOverloaded);
  } else {
    bool again = true;
    if (tls_) again = co_await Handshake();
    while (again) again = co_await ServeOne();
    if (tls_) co_await EndTls();
  }
  Close();
}

asio::awaitable<bool> Connection::Handshake() {
  interruptible_ = true;
  Arm(shared_.options.header_timeout);
  const auto [failure] = co_await tls_->async_handshake(asio::ssl::stream_base::server, kAsTuple);
  Disarm();
  interruptible_ = false;
  if (failure) {
    log::Debug("{} did not come to terms over TLS: {}", peer_address_, failure.message());
    tls_.reset();
  }
  co_return !failure;
}

// Says that nothing follows, so that a client can tell an end from a cut. Waits briefly for the same from the client.
asio::awaitable<void> Connection::EndTls() {
  Arm(std::min(shared_.options.linger, milliseconds(500)));
  [[maybe_unused]] const auto outcome = co_await tls_->async_shutdown(kAsTuple);
  Disarm();
  tls_.reset();
}

asio::awaitable<void> Connection::Refuse(Fault fault) {
  LogRefusal(peer_address_, request_id_, fault);
  Response response = shared_.handler.Refuse(fault);
  const bool sent = co_await Send(std::move(response), true);
  if (sent) co_await Linger();
}

void Connection::Stop() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (!self->interruptible_) return;
    self->cut_ = true;
    boost::system::error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void Connection::Cut() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->cut_ = true;
    boost::system::error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void Connection::Evict() {
  waiting_since_ns_ = kNotWaiting;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (!self->waiting_) return;
    self->cut_ = true;
    boost::system::error_code ignored;
    self->socket_.cancel(ignored);
  });
}

void Connection::BeginRequest() {
  parser_ = std::make_unique<RequestParser>(shared_.options.header_max_bytes);
  request_id_ = MakeRequestId();
  fault_.reset();
  body_error_.reset();
  continue_due_ = false;
  body_bytes_ = sent_bytes_ = 0;
  body_waited_ = {};
}

// Returns whether the connection serves another one.
asio::awaitable<bool> Connection::ServeOne() {
  BeginRequest();
  waiting_ = true;
  waiting_since_ns_ = shared_.clock.Monotonic().count();
  const HeaderEnd header = co_await ReadHeader();
  waiting_ = false;
  waiting_since_ns_ = kNotWaiting;
  if (header == HeaderEnd::kClosed) co_return false;
  if (header == HeaderEnd::kFault) {
    co_await Refuse(*fault_);
    co_return false;
  }
  const auto began = shared_.clock.Monotonic();
  Request& request = parser_->request();
  if (const auto id = request.headers.Find("X-Request-Id"); id && IsSaneRequestId(*id)) request_id_ = *id;
  request.id = request_id_;
  request.peer_address = peer_address_;
  request.is_tls = tls_ != nullptr;
  continue_due_ = parser_->ExpectsContinue() && begin_ == end_;

  Response response = co_await Answer();
  Exchange exchange{.request = request, .status = response.status, .route = response.route};
  const bool rest_unread = !parser_->Done();
  const bool close =
      rest_unread || response.close || response.live || !parser_->KeepAlive() || shared_.stopping || cut_;
  const bool sent = co_await Send(std::move(response), close);
  exchange.received_bytes = body_bytes_;
  exchange.sent_bytes = sent_bytes_;
  exchange.took = shared_.clock.Monotonic() - began;
  shared_.handler.Ended(exchange);
  if (sent && rest_unread) co_await Linger();
  co_return sent && !close;
}

asio::awaitable<Connection::HeaderEnd> Connection::ReadHeader() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    // A body's larger buffer is given back.
    const std::size_t size = shared_.options.header_max_bytes;
    if (buffer_.size() != size) buffer_ = std::vector<std::uint8_t>(size);
  }
  std::optional<std::chrono::nanoseconds> deadline;
  while (true) {
    if (begin_ < end_) {
      const RequestParser::Step step = parser_->Parse(Buffered());
      begin_ += step.used;
      fault_ = step.fault;
      if (fault_) co_return HeaderEnd::kFault;
      if (parser_->HeaderDone()) co_return HeaderEnd::kReady;
      if (!deadline) deadline = shared_.clock.Monotonic() + shared_.options.header_timeout;
    }
    if (!deadline && shared_.stopping) co_return HeaderEnd::kClosed;
    interruptible_ = !deadline;
    const auto left = deadline ? std::chrono::ceil<milliseconds>(*deadline - shared_.clock.Monotonic())
                               : shared_.options.idle_timeout;
    const FillEnd end = co_await Fill(left);
    interruptible_ = false;
    if (end == FillEnd::kBytes) continue;
    if (!deadline || end == FillEnd::kCut) co_return HeaderEnd::kClosed;
    fault_ = end == FillEnd::kTimeout ? Fault::kTimeout : Fault::kMalformed;
    co_return HeaderEnd::kFault;
  }
}

// How long to wait for the body's next bytes; kTimeout where the client has used up what its pace has earned it.
Result<milliseconds> Connection::BodyPatience() const {
  const ServerOptions& options = shared_.options;
  const auto earned = milliseconds(static_cast<std::int64_t>(body_bytes_) * 1000 / options.body_rate_min_bytes_per_s);
  const auto left = options.body_grace + earned - std::chrono::ceil<milliseconds>(body_waited_);
  if (left <= milliseconds(0)) return Fail(ErrorCode::kTimeout, "the body came too slowly");
  return std::min(left, options.body_timeout);
}

asio::awaitable<Result<Connection::Bytes>> Connection::ReadBody() {
  if (body_error_) co_return tl::unexpected<Error>(*body_error_);
  if (buffer_.size() < kBodyBufferBytes && parser_->request().has_body) buffer_.resize(kBodyBufferBytes);
  const auto fail = [this](ErrorCode code, std::string why, std::string public_text) -> Result<Bytes> {
    body_error_ = Error{code, std::move(why), std::move(public_text)};
    return tl::unexpected<Error>(*body_error_);
  };
  while (!parser_->Done()) {
    bool need_more = begin_ == end_;
    if (!need_more) {
      const RequestParser::Step step = parser_->Parse(Buffered());
      begin_ += step.used;
      body_bytes_ += step.body.size();
      if (step.fault) co_return fail(ErrorCode::kBadRequest, "malformed chunks", "The request's body is malformed.");
      if (!step.body.empty()) co_return step.body;
      need_more = step.need_more;
    }
    if (!need_more) continue;
    if (continue_due_) {
      continue_due_ = false;
      const bool said = co_await Write("HTTP/1.1 100 Continue\r\n\r\n", {});
      if (!said) co_return fail(ErrorCode::kBadRequest, "the client went away", {});
    }
    const auto patience = BodyPatience();
    const auto began = shared_.clock.Monotonic();
    FillEnd end = FillEnd::kTimeout;
    if (patience) end = co_await Fill(*patience);
    body_waited_ += shared_.clock.Monotonic() - began;
    switch (end) {
      case FillEnd::kBytes: break;
      case FillEnd::kClosed:
        co_return fail(ErrorCode::kBadRequest, "the body ends early", "The request's body ended early.");
      case FillEnd::kTimeout:
        co_return fail(ErrorCode::kTimeout, "the body came too slowly", "The request's body came too slowly.");
      case FillEnd::kCut: co_return fail(ErrorCode::kCancelled, "the server stops", "The service is restarting.");
    }
  }
  co_return Bytes();
}

// Runs the handler, or refuses the request where too many are in hand. The way to the pool and back takes as long as a
// short handler, so one runs right here while at least one I/O thread stays free of them; not one that pulls a body,
// for it waits for this strand.
asio::awaitable<Response> Connection::Answer() {
  const Slot request(shared_.requests_now, shared_.options.requests_max);
  std::optional<Slot> upload;
  if (parser_->request().has_body) upload.emplace(shared_.uploads_now, shared_.options.uploads_max);
  if (!request.granted() || (upload && !upload->granted())) co_return shared_.handler.Refuse(Fault::kOverloaded);
  if (!upload) {
    const Slot here(shared_.handled_here_now, shared_.options.io_threads - 1);
    if (here.granted()) co_return CallHandler();
  }
  Response response = co_await asio::co_spawn(
      shared_.handlers, [this]() -> asio::awaitable<Response> { co_return CallHandler(); }, asio::use_awaitable);
  co_return response;
}

Response Connection::CallHandler() {
  const log::Field id("requestId", request_id_);
  try {
    BodyStream body(*this);
    return shared_.handler.Handle(parser_->request(), body);
  } catch (const std::exception& failure) {
    log::Error("the handler threw: {}", failure.what());
    return shared_.handler.Refuse(Fault::kFailed);
  }
}

// Returns whether all of it was handed to the system.
asio::awaitable<bool> Connection::Send(Response response, bool close) {
  const HeadContext context{.now = shared_.clock.Now(), .request_id = request_id_, .close = close};
  const std::string head = FormatHead(response, context);
  const bool no_body = parser_->request().method == "HEAD" || response.status == 204 || response.status == 304;
  const bool has_source = response.source || response.live;
  const std::string_view body = no_body || has_source ? std::string_view() : response.body;
  bool sent = co_await Write(head, body);
  const auto file = response.source && !tls_ ? response.source->file() : std::nullopt;
  if (sent && !no_body && file) {
    sent = co_await SendFile(*file, response.source_bytes);
  } else if (sent && !no_body && response.source) {
    sent = co_await SendSource(*response.source, response.source_bytes);
  }
  if (sent && !no_body && response.live) sent = co_await SendLive(*response.live);
  co_return sent;
}

asio::awaitable<bool> Connection::SendSource(BodySource& source, std::uint64_t size_bytes) {
  std::vector<std::uint8_t> block(static_cast<std::size_t>(std::min<std::uint64_t>(size_bytes, kSourceBlockBytes)));
  while (size_bytes > 0) {
    const auto wanted =
        std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(size_bytes, block.size())));
    const auto read = co_await asio::co_spawn(
        shared_.readers, [&]() -> asio::awaitable<Result<std::size_t>> { co_return source.Read(wanted); },
        asio::use_awaitable);
    if (!read || *read == 0) {
      log::Error("request {}: the answer's bytes cannot be read: {}", request_id_,
                 read ? "they end early" : read.error().message);
      co_return false;
    }
    const bool sent = co_await Write({reinterpret_cast<const char*>(block.data()), *read}, {});
    if (!sent) co_return false;
    size_bytes -= *read;
  }
  co_return true;
}

// Straight from the page cache to the socket, without a copy in this process.
asio::awaitable<bool> Connection::SendFile(BodySource::File file, std::uint64_t size_bytes) {
  boost::system::error_code failure;
  while (!failure && size_bytes > 0) {
    const ssize_t sent = co_await asio::co_spawn(
        shared_.readers,
        [&, socket = socket_.native_handle()]() -> asio::awaitable<ssize_t> {
          co_return SendSome(socket, file, size_bytes);
        },
        asio::use_awaitable);
    if (sent > 0) {
      size_bytes -= static_cast<std::uint64_t>(sent);
      sent_bytes_ += static_cast<std::uint64_t>(sent);
    } else if (sent == -EAGAIN) {
      Arm(cut_ ? shared_.options.linger : shared_.options.write_timeout);
      std::tie(failure) = co_await socket_.async_wait(asio::ip::tcp::socket::wait_write, kAsTuple);
      Disarm();
    } else if (sent != -EINTR) {
      if (sent == 0 || sent == -EIO) log::Error("request {}: the answer's file cannot be read to its end", request_id_);
      co_return false;
    }
  }
  co_return !failure;
}

// Returns whether it came to its end. The pause is a wait for the client, so that its leaving is seen at once; one that
// sends anything meanwhile is cut off, since it could set the pace of the questions.
asio::awaitable<bool> Connection::SendLive(LiveSource& live) {
  FillEnd pause = FillEnd::kTimeout;
  while (pause == FillEnd::kTimeout) {
    const auto news = co_await asio::co_spawn(
        shared_.handlers, [&]() -> asio::awaitable<Result<std::optional<std::string>>> { co_return live.Poll(); },
        asio::use_awaitable);
    if (!news) log::Warn("request {}: the live answer ends: {}", request_id_, news.error().message);
    if (!news) co_return false;
    if (!*news) co_return true;
    bool sent = true;
    if (!(*news)->empty()) sent = co_await Write(**news, {});
    if (!sent || shared_.stopping) co_return false;
    interruptible_ = true;
    pause = co_await Fill(shared_.options.live_pause);
    interruptible_ = false;
  }
  co_return false;
}

asio::awaitable<bool> Connection::Write(std::string_view first, std::string_view second) {
  std::array<asio::const_buffer, 2> buffers = {asio::buffer(first), asio::buffer(second)};
  boost::system::error_code failure;
  std::size_t size = 0;
  if (!tls_) {
    // The socket takes most answers whole, without a wait.
    size = socket_.write_some(buffers, failure);
    sent_bytes_ += size;
    if (size == asio::buffer_size(buffers)) co_return true;
    const std::size_t of_first = std::min(size, first.size());
    buffers[0] += of_first;
    buffers[1] += size - of_first;
  }
  Arm(cut_ ? shared_.options.linger : shared_.options.write_timeout);
  if (tls_) {
    std::tie(failure, size) = co_await asio::async_write(*tls_, buffers, kAsTuple);
  } else {
    std::tie(failure, size) = co_await asio::async_write(socket_, buffers, kAsTuple);
  }
  Disarm();
  sent_bytes_ += size;
  co_return !failure;
}

// Waits for more bytes behind the buffered ones.
asio::awaitable<Connection::FillEnd> Connection::Fill(milliseconds timeout) {
  if (cut_) co_return FillEnd::kCut;
  if (timeout <= milliseconds(0)) co_return FillEnd::kTimeout;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  // The parser refuses what would fill the buffer without an end; a full one here would be read as the client's end.
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  Arm(timeout);
  const auto room = asio::buffer(buffer_.data() + end_, buffer_.size() - end_);
  boost::system::error_code failure;
  std::size_t size = 0;
  if (tls_) {
    std::tie(failure, size) = co_await tls_->async_read_some(room, kAsTuple);
  } else {
    std::tie(failure, size) = co_await socket_.async_read_some(room, kAsTuple);
  }
  const bool timed_out = timed_out_;
  Disarm();
  if (!failure) {
    end_ += size;
    co_return FillEnd::kBytes;
  }
  if (cut_) co_return FillEnd::kCut;
  co_return timed_out ? FillEnd::kTimeout : FillEnd::kClosed;
}

// Lets the client read the answer although it still sends: closing with unread bytes would reset the connection, and
// the answer would be lost (RFC 9112, section 9.6).
asio::awaitable<void> Connection::Linger() {
  if (tls_) co_await EndTls();  // what comes from here on is dropped as it is
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  const auto deadline = shared_.clock.Monotonic() + shared_.options.linger;
  interruptible_ = true;
  FillEnd end = FillEnd::kBytes;
  while (end == FillEnd::kBytes && !shared_.stopping) {
    begin_ = end_ = 0;
    if (buffer_.size() < kBodyBufferBytes) buffer_.resize(kBodyBufferBytes);
    end = co_await Fill(std::chrono::ceil<milliseconds>(deadline - shared_.clock.Monotonic()));
  }
  interruptible_ = false;
}

void Connection::Arm(milliseconds timeout) {
  timed_out_ = false;
  deadline_ = std::chrono::steady_clock::now() + timeout;
  if (!timer_is_set_ || timer_.expiry() > *deadline_) SetTimer();
}

void Connection::SetTimer() {
  timer_is_set_ = true;
  timer_.expires_at(*deadline_);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code failure) {
    if (!failure) self->OnTimer();
  });
}

void Connection::OnTimer() {
  timer_is_set_ = false;
  if (!deadline_) return;
  if (std::chrono::steady_clock::now() < *deadline_) return SetTimer();
  timed_out_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::Close() {
  timer_.cancel();
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

}  // namespace removr::http
