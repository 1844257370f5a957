// Requests in any bytes: what is read does not depend on how they arrive, and every step uses some or asks for more.
// The first byte is the size of the pieces.
#include <string>

#include "fuzz/fuzz.h"
#include "service/http/request_parser.h"
#include "service/http/text.h"

namespace {

using namespace removr;

// The first request as one text; "none" where it is malformed or ends early: how early a fault is seen may differ.
std::string FirstRequest(std::span<const std::uint8_t> input, std::size_t piece_size) {
  http::RequestParser parser(4096);
  std::vector<std::uint8_t> buffer;
  std::string body;
  bool need_more = true;
  while (!parser.Done()) {
    if (need_more || buffer.empty()) {
      if (input.empty()) return "none";
      const auto piece = input.first(std::min(piece_size, input.size()));
      buffer.insert(buffer.end(), piece.begin(), piece.end());
      input = input.subspan(piece.size());
    }
    const auto step = parser.Parse(buffer);
    fuzz::Require(step.used <= buffer.size(), "no more is used than there is");
    if (step.fault) return "none";
    body.append(step.body.begin(), step.body.end());
    fuzz::Require(step.used > 0 || step.need_more || parser.Done() || parser.HeaderDone(), "every step goes on");
    need_more = step.need_more;
    buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(step.used));
  }
  const http::Request& request = parser.request();
  fuzz::Require(request.path.starts_with('/') && http::IsToken(request.method), "a request has a method and a path");
  std::string text = request.method + " " + request.path + " " + request.query + "\n";
  for (const auto& field : request.headers) text += field.name + ":" + field.value + "\n";
  return text + body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::span input(data + 1, size - 1);
  fuzz::Require(FirstRequest(input, data[0] % 64 + 1u) == FirstRequest(input, size),
                "a request does not depend on how its bytes arrive");
  return 0;
}
