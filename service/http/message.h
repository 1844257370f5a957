// What one HTTP exchange is made of, in plain types: no socket and no library shows here, and no product either.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace removr::http {

struct Header {
  std::string name;
  std::string value;
};

// Fields in the order of arrival; names are compared without case.
class Headers {
 public:
  void Add(std::string name, std::string value);
  // Replaces all fields of that name by this one.
  void Set(std::string_view name, std::string value);
  // The first field of that name. The view lives until the headers change.
  std::optional<std::string_view> Find(std::string_view name) const;
  std::vector<std::string_view> FindAll(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<Header> fields_;
};

struct Request {
  std::string method;  // as sent: any token
  std::string path;    // as sent, percent-encoded, begins with '/'
  std::string query;   // as sent, without the '?'
  Headers headers;
  std::string id;            // the client's X-Request-Id where it is sane, else a new one
  std::string peer_address;  // "192.0.2.1", "2001:db8::1"; an IPv4-mapped address is given as IPv4
  bool is_tls = false;       // it came over TLS, to this server itself
  bool has_body = false;
  std::optional<std::uint64_t> content_length;  // none where the body is chunked
};

// Reads a request's body as it arrives. Used by one thread at a time, and only while the handler runs.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // Waits for the next piece: never empty but at the end of the body. The view lives until the next call. Errors, all
  // final: kBadRequest (it ends early, or its chunks are malformed), kTimeout (too slow), kCancelled (the server
  // stops).
  virtual Result<std::span<const std::uint8_t>> Next() = 0;
  // Whether the server is about to stop: a handler that waits for something else answers now. Any time, any thread.
  virtual bool IsStopping() const = 0;
};

// Bytes of an answer that do not fit in memory.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Fills the beginning of `buffer` and says how much; 0 only at the end. Called from one thread at a time, not always
  // the same. An error cuts the connection, since the status has been sent.
  virtual Result<std::size_t> Read(std::span<std::uint8_t> buffer) = 0;

  // Where all of them lie in one file, from `offset` on: they may then be sent from there, without a Read. The
  // descriptor stays the source's.
  struct File {
    int fd;
    std::int64_t offset;
  };
  virtual std::optional<File> file() const { return std::nullopt; }
};

// An answer that goes on while something happens, such as server-sent events. It has no known length: the connection
// closes behind it.
class LiveSource {
 public:
  virtual ~LiveSource() = default;
  // What is to be sent by now: "" where nothing is new, nullopt at the end. Called on a pool thread, where it may block
  // briefly, and again each ServerOptions::live_pause. An error cuts the connection.
  virtual Result<std::optional<std::string>> Poll() = 0;
};

struct Response {
  int status = 200;
  Headers headers;  // without Content-Length, Connection, Date and X-Request-Id, which the server adds
  std::string body;
  // Instead of `body`: exactly `source_bytes` bytes from here. The source is destroyed when they are sent, or when the
  // client goes away.
  std::unique_ptr<BodySource> source;
  std::uint64_t source_bytes = 0;
  // Instead of both. Destroyed as a source is; between two calls it holds no thread.
  std::unique_ptr<LiveSource> live;
  // What served it, from a fixed set: "/api/v1/jobs/:job". For logs and figures alone.
  std::string_view route = {};
  // The connection is closed after it. It is anyway where the body was not read to its end.
  bool close = false;
};

// Why the server itself refuses a request, or a connection.
enum class Fault {
  kMalformed,        // not HTTP, or a body that ends early
  kHeadersTooLarge,  // request line and header fields over the limit
  kTimeout,          // the request came too slowly
  kOverloaded,       // as many connections or requests as there may be
  kFailed,           // the handler threw
};
std::string_view Name(Fault fault);  // "headers_too_large"

// A request and what became of it, once the answer has gone out, or could not. Lives for the call alone.
struct Exchange {
  const Request& request;
  int status = 0;
  std::string_view route;  // of the response
  std::uint64_t received_bytes = 0, sent_bytes = 0;
  std::chrono::nanoseconds took{0};  // from the end of its header
};

// The product. Thread-safe.
class Handler {
 public:
  virtual ~Handler() = default;
  // Answers one request. Runs on a pool thread and may block. It may leave the body unread or half read: the connection
  // is then closed after the answer. HEAD is answered as GET would be: the server leaves the bytes out.
  virtual Response Handle(const Request& request, BodyReader& body) = 0;
  // The answer to what never became a request. Runs on an I/O thread and must not block.
  virtual Response Refuse(Fault fault) = 0;
  // For logs and figures. Runs on an I/O thread and must not block.
  virtual void Ended(const Exchange&) {}
};

}  // namespace removr::http
