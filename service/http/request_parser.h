// HTTP/1.1 requests from bytes, without a socket (RFC 9112; the grammar is Boost.Beast's, which stays behind this
// header). One parser reads one request. Strict where leniency would let two servers disagree on where a request ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "service/http/message.h"

namespace removr::http {

class RequestParser {
 public:
  explicit RequestParser(std::size_t header_max_bytes);
  ~RequestParser();

  struct Step {
    std::size_t used = 0;                // bytes at the front of the input that are done with
    bool need_more = false;              // nothing further without more input behind the unused rest
    std::span<const std::uint8_t> body;  // a piece of the body; a view into the input
    std::optional<Fault> fault;          // kMalformed or kHeadersTooLarge; final
  };

  // Goes one step: the header as a whole, or one piece of the body. `input` begins with what was not used before. Not
  // to be called when Done, nor after a fault.
  Step Parse(std::span<const std::uint8_t> input);

  bool HeaderDone() const;
  bool Done() const;  // header and body have been read whole

  // Once HeaderDone: everything but `id` and `peer_address`.
  Request& request();
  bool ExpectsContinue() const;
  // Whether the client would send another request on this connection.
  bool KeepAlive() const;

 private:
  class Grammar;
  const std::size_t header_max_bytes_;
  std::size_t header_bytes_ = 0;  // used so far
  std::unique_ptr<Grammar> grammar_;
};

}  // namespace removr::http
