#include "service/http/server.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/log.h"
#include "service/http/connection.h"
#include "service/http/network.h"
#include "service/http/text.h"
#include "service/http/tls.h"

namespace removr::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

// Threads that read files for answers.
constexpr std::size_t kReaders = 4;
// Connections beyond the limit that are told so at the same time; those beyond that are closed at once.
constexpr std::size_t kRefusedMax = 64;
// After a failed accept, which mostly means that the process has no descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

Result<Endpoint> ParseEndpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return Fail(ErrorCode::kBadRequest, "no port in " + std::string(text));
  const auto port = ParseDecimal(text.substr(colon + 1));
  std::string_view address = text.substr(0, colon);
  if (address.empty()) address = "0.0.0.0";
  if (address == "localhost") address = "127.0.0.1";
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  } else if (address.find(':') != std::string_view::npos) {
    return Fail(ErrorCode::kBadRequest, "an IPv6 address needs brackets: " + std::string(text));
  }
  if (!port || *port > 65535 || !ParseIpAddress(address)) {
    return Fail(ErrorCode::kBadRequest, "not an address and port: " + std::string(text));
  }
  return Endpoint{std::string(address), static_cast<std::uint16_t>(*port)};
}

class Server::Impl {
 public:
  Impl(const ServerOptions& options, Handler& handler, const Clock& clock)
      : shared_{.options = options,
                .handler = handler,
                .clock = clock,
                .handlers = asio::thread_pool(static_cast<std::size_t>(options.requests_max)),
                .readers = asio::thread_pool(kReaders)},
        work_(asio::make_work_guard(io_)),
        acceptor_(asio::make_strand(io_.get_executor())) {}

  ~Impl() { Stop(); }

  Status LoadTls() {
    if (!shared_.options.tls) return {};
    ASSIGN_OR_RETURN(auto loaded, http::LoadTls(*shared_.options.tls));
    std::lock_guard lock(mutex_);
    tls_ = std::move(loaded);
    return {};
  }

  Status Listen() {
    const Endpoint& where = shared_.options.listen;
    boost::system::error_code failure;
    const tcp::endpoint endpoint(asio::ip::make_address(where.address, failure), where.port);
    if (!failure) acceptor_.open(endpoint.protocol(), failure);
    if (!failure) acceptor_.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor_.bind(endpoint, failure);
    if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
    if (!failure) port_ = acceptor_.local_endpoint(failure).port();
    if (failure) {
      return Fail(ErrorCode::kIo,
                  "cannot listen on " + where.address + ":" + std::to_string(where.port) + ": " + failure.message());
    }
    asio::co_spawn(acceptor_.get_executor(), AcceptAll(), [](std::exception_ptr) {});
    for (int i = 0; i < shared_.options.io_threads; ++i) threads_.emplace_back([this] { io_.run(); });
    return {};
  }

  std::uint16_t port() const { return port_; }

  void Stop() {
    std::lock_guard stop_lock(stop_mutex_);
    if (threads_.empty()) return;
    shared_.stopping = true;
    asio::post(acceptor_.get_executor(), [this] { CloseAcceptor(); });
    ForEach(&Connection::Stop);
    if (!WaitForNone(shared_.options.stop_timeout)) {
      log::Warn("cutting requests that did not end in time");
      ForEach(&Connection::Cut);
      WaitForNone(std::nullopt);
    }
    shared_.handlers.join();
    shared_.readers.join();
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  asio::awaitable<void> AcceptAll() {
    asio::steady_timer pause(acceptor_.get_executor());
    while (!shared_.stopping) {
      // A strand for each connection: its coroutines, timer and outside calls never run at the same time.
      const asio::any_io_executor strand = asio::make_strand(io_.get_executor());
      auto [failure, socket] = co_await acceptor_.async_accept(strand, kAsTuple);
      if (!failure) {
        Admit(std::move(socket));
      } else if (!shared_.stopping) {
        log::Warn("accept: {}", failure.message());
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(kAsTuple);
      }
    }
    CloseAcceptor();
  }

  void Admit(tcp::socket socket) {
    const auto strand = socket.get_executor();
    std::lock_guard lock(mutex_);
    const auto max = static_cast<std::size_t>(shared_.options.connections_max);
    if (shared_.stopping || connections_.size() >= max + kRefusedMax) return;
    const bool refuse = connections_.size() >= max && !MakeRoom();
    auto connection = std::make_shared<Connection>(std::move(socket), shared_, tls_);
    connections_.insert(connection);
    asio::co_spawn(strand, connection->Run(refuse),
                   [this, connection](std::exception_ptr failure) { Forget(connection, failure); });
  }

  // Closes the connection that has waited longest for a request. Under mutex_.
  bool MakeRoom() {
    const auto waiting_longer = [](const auto& a, const auto& b) { return a->WaitingSince() < b->WaitingSince(); };
    const auto longest = std::min_element(connections_.begin(), connections_.end(), waiting_longer);
    if (longest == connections_.end() || (*longest)->WaitingSince() == Connection::kNotWaiting) return false;
    (*longest)->Evict();
    return true;
  }

  void Forget(const std::shared_ptr<Connection>& connection, const std::exception_ptr& failure) {
    if (failure) log::Error("a connection ended by an exception");
    std::lock_guard lock(mutex_);
    connections_.erase(connection);
    none_left_.notify_all();
  }

  void ForEach(void (Connection::*act)()) {
    std::lock_guard lock(mutex_);
    for (const auto& connection : connections_) (connection.get()->*act)();
  }

  bool WaitForNone(std::optional<std::chrono::milliseconds> timeout) {
    std::unique_lock lock(mutex_);
    const auto none = [this] { return connections_.empty(); };
    if (timeout) return none_left_.wait_for(lock, *timeout, none);
    none_left_.wait(lock, none);
    return true;
  }

  void CloseAcceptor() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }

  asio::io_context io_;
  Shared shared_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::vector<std::thread> threads_;

  std::mutex stop_mutex_;
  std::mutex mutex_;                         // of what follows
  std::shared_ptr<asio::ssl::context> tls_;  // null: plain HTTP
  std::condition_variable none_left_;
  std::set<std::shared_ptr<Connection>> connections_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Handler& handler, const Clock& clock) {
  auto impl = std::make_unique<Impl>(options, handler, clock);
  TRY(impl->LoadTls());
  TRY(impl->Listen());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::Port() const { return impl_->port(); }
Status Server::ReloadTls() { return impl_->LoadTls(); }
void Server::Stop() { impl_->Stop(); }

}  // namespace removr::http
