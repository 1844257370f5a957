// An HTTP/1.1 server on its own threads. Sockets live on a few I/O threads (coroutines). A request's handler may block
// on the database: a few at a time, without a body, run where their header was read, the others on a thread of a
// bounded pool, where they pull the body through a BodyReader. Connections that wait, and answers that are being sent,
// hold no pool thread.
//
//   accept -> header -> [pool: Handler::Handle <- body, piece by piece] -> answer -> next request, or linger and close
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "service/http/message.h"

namespace removr::http {

struct Endpoint {
  std::string address;  // numeric
  std::uint16_t port = 0;
};

// Reads "127.0.0.1:8080", "[::1]:8080", "localhost:8080" (127.0.0.1) or ":8080" (every IPv4 address).
// kBadRequest where the text is anything else.
Result<Endpoint> ParseEndpoint(std::string_view text);

// PEM files: the certificate with its chain, and its key.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

struct ServerOptions {
  Endpoint listen{"127.0.0.1", 8080};  // port 0: the system chooses
  int io_threads = 8;                  // all but one may be in a handler
  std::optional<TlsFiles> tls = {};    // nullopt: plain HTTP

  // Beyond connections_max, the connection that has waited longest for a request's header to come is closed to make
  // room, so those that trickle one, or are kept open for nothing, shut nobody out. Where all have a request in hand
  // the new one is answered with Fault::kOverloaded (over TLS: closed). So is a request beyond requests_max (which is
  // the number of pool threads), or one with a body beyond uploads_max, so that slow uploads leave room for the others.
  int connections_max = 512;
  int requests_max = 64;
  int uploads_max = 48;

  std::size_t header_max_bytes = 16 * 1024;  // request line and header fields

  std::chrono::milliseconds idle_timeout{75'000};    // between requests: closed without an answer
  std::chrono::milliseconds header_timeout{15'000};  // from a request's first byte to the end of its header
  std::chrono::milliseconds body_timeout{30'000};    // without a byte of the body
  // The body as a whole: the time waited for it may not exceed body_grace + bytes received / body_rate_min.
  std::chrono::milliseconds body_grace{60'000};
  std::int64_t body_rate_min_bytes_per_s = 4096;
  std::chrono::milliseconds write_timeout{60'000};  // without progress by a block of the answer
  std::chrono::milliseconds live_pause{500};        // between two questions to a LiveSource
  std::chrono::milliseconds linger{2'000};          // reads and drops what still comes after an early answer
  std::chrono::milliseconds stop_timeout{10'000};   // for the requests in flight, when the server stops
};

class Server {
 public:
  // Listens, and serves from now on. `handler` and `clock` outlive the server. kIo where the address cannot be bound,
  // kBadRequest where the certificate or its key will not do.
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options, Handler& handler, const Clock& clock);
  // Stops.
  ~Server();

  std::uint16_t Port() const;

  // Reads the files of ServerOptions::tls again, for connections from now on. On an error (LoadTls) what was read
  // before stays in use. Without TLS it does nothing.
  Status ReloadTls();

  // Accepts no more, closes idle connections, lets requests in flight end within stop_timeout and cuts them then.
  // Returns when no handler runs any more. May be called again, and from any thread but a handler's.
  void Stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace removr::http
