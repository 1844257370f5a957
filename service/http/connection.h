// One client's connection, from accept to close. For server.cc alone: the only header here that shows Asio.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "service/http/message.h"
#include "service/http/request_parser.h"
#include "service/http/server.h"

namespace removr::http {

// What all connections of a server share.
struct Shared {
  ServerOptions options;
  Handler& handler;
  const Clock& clock;
  boost::asio::thread_pool handlers;  // requests_max threads
  boost::asio::thread_pool readers;   // for BodySource, which may wait for a disk
  std::atomic<int> requests_now = 0;
  std::atomic<int> uploads_now = 0;
  std::atomic<int> handled_here_now = 0;  // by I/O threads
  std::atomic<bool> stopping = false;
};

// Every member function but Stop and Cut runs on the connection's strand, which is the socket's executor.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `tls`: null for plain HTTP.
  Connection(boost::asio::ip::tcp::socket socket, Shared& shared, std::shared_ptr<boost::asio::ssl::context> tls);

  // Serves requests until one side closes; or only answers that there are too many connections.
  boost::asio::awaitable<void> Run(bool refuse);

  // From any thread. Closes the connection where it waits for a request; else after the one in hand.
  void Stop();
  // From any thread. Ends the wait for the client: reads fail from now on, and the answer must go out within `linger`.
  void Cut();

  // From any thread. When it began to wait for a request (its TLS handshake, its header), of Clock::Monotonic;
  // kNotWaiting while one is in hand.
  static constexpr std::int64_t kNotWaiting = INT64_MAX;
  std::int64_t WaitingSince() const { return waiting_since_ns_; }
  // From any thread. Closes it if it still waits; it counts as not waiting from now on.
  void Evict();

 private:
  using Bytes = std::span<const std::uint8_t>;
  enum class FillEnd { kBytes, kClosed, kTimeout, kCut };
  enum class HeaderEnd { kReady, kClosed, kFault };
  class BodyStream;

  boost::asio::awaitable<bool> Handshake();
  boost::asio::awaitable<void> EndTls();
  boost::asio::awaitable<bool> ServeOne();
  boost::asio::awaitable<void> Refuse(Fault fault);
  boost::asio::awaitable<HeaderEnd> ReadHeader();
  boost::asio::awaitable<Result<Bytes>> ReadBody();
  boost::asio::awaitable<Response> Answer();
  boost::asio::awaitable<bool> Send(Response response, bool close);
  boost::asio::awaitable<bool> SendSource(BodySource& source, std::uint64_t size_bytes);
  boost::asio::awaitable<bool> SendFile(BodySource::File file, std::uint64_t size_bytes);
  boost::asio::awaitable<bool> SendLive(LiveSource& live);
  boost::asio::awaitable<bool> Write(std::string_view first, std::string_view second);
  boost::asio::awaitable<FillEnd> Fill(std::chrono::milliseconds timeout);
  boost::asio::awaitable<void> Linger();

  Response CallHandler();
  Result<std::chrono::milliseconds> BodyPatience() const;
  void BeginRequest();
  void Arm(std::chrono::milliseconds timeout);
  void Disarm() { deadline_.reset(); }
  void SetTimer();
  void OnTimer();
  void Close();
  Bytes Buffered() const { return Bytes(buffer_).subspan(begin_, end_ - begin_); }

  boost::asio::ip::tcp::socket socket_;
  const std::shared_ptr<boost::asio::ssl::context> tls_context_;
  std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;  // over the socket; null: plain
  Shared& shared_;
  std::string peer_address_;

  // Most waits end long before their time, so the timer is left alone: when it fires it looks whether the deadline has
  // moved meanwhile.
  boost::asio::steady_timer timer_;
  bool timer_is_set_ = false;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  bool timed_out_ = false;
  bool interruptible_ = false;  // nothing is lost when the wait ends now
  bool cut_ = false;
  bool waiting_ = true;
  std::atomic<std::int64_t> waiting_since_ns_;

  std::vector<std::uint8_t> buffer_;  // what was received and not used lies in [begin_, end_)
  std::size_t begin_ = 0, end_ = 0;

  // Of the request in hand.
  std::unique_ptr<RequestParser> parser_;
  std::string request_id_;
  std::optional<Fault> fault_;
  std::optional<Error> body_error_;
  bool continue_due_ = false;
  std::uint64_t body_bytes_ = 0;
  std::chrono::nanoseconds body_waited_{0};
  std::uint64_t sent_bytes_ = 0;
};

}  // namespace removr::http
