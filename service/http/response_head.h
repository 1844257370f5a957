// The bytes that stand before an answer's body, and the id that names a request in logs and answers. Pure but for
// MakeRequestId.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "service/http/message.h"

namespace removr::http {

struct HeadContext {
  Timestamp now;
  std::string_view request_id;
  bool close = false;
};

// Status line and fields to the empty line. Adds Date, X-Request-Id, Connection where it closes, and Content-Length but
// for 204, 304 and live answers. A CR, LF or NUL in a field's value becomes a space, so that no value can begin a field
// of its own.
std::string FormatHead(const Response& response, const HeadContext& context);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string FormatHttpDate(Timestamp time);

// Whether a client's X-Request-Id may be echoed and logged: 1 to 128 letters, digits, '.', '_', '-', ':', '=', '+',
// '/'.
bool IsSaneRequestId(std::string_view text);

// 32 random hexadecimal digits.
std::string MakeRequestId();

}  // namespace removr::http
