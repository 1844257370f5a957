#include "service/http/request_parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <string>

#include "service/http/network.h"
#include "service/http/text.h"

namespace removr::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using ErrorValue = beast::error_code;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

// A chunk's header line and the trailer must fit in what a connection buffers; Beast waits for their ends.
constexpr std::size_t kUnusedMaxBytes = 16 * 1024;

// The shortest end of a chunked body, "0 CR LF CR LF", of which Beast takes all or nothing. While a chunked body lasts,
// at least that much is still to come; given less at that place, Beast 1.81 asserts.
constexpr std::size_t kLastChunkMinBytes = 5;

// RFC 9112, section 3.2: origin-form, or absolute-form, whose authority then stands in for Host. Fills path and query.
bool ReadTarget(std::string_view target, Request& request, std::optional<std::string>& authority) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!EqualsIgnoringCase(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    authority = target.substr(0, target.find_first_of("/?"));
    target.remove_prefix(authority->size());
    if (!target.starts_with('/')) {
      request.path = "/";
      request.query = target.empty() ? "" : target.substr(1);
      return true;
    }
  }
  if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return false;
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  request.query = question == std::string_view::npos ? "" : target.substr(question + 1);
  return true;
}

}  // namespace

class RequestParser::Grammar final : public beast::http::basic_parser<true> {
 public:
  explicit Grammar(std::size_t header_max_bytes) {
    header_limit(static_cast<std::uint32_t>(header_max_bytes));
    body_limit(boost::none);  // the handler stops reading when it has had enough
    eager(false);             // one step at a time
  }

  Request request;
  int version = 11;
  bool expects_continue = false;
  std::optional<std::string> authority;
  std::span<const std::uint8_t> body;  // what the last put has found

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int http_version,
                       ErrorValue& failure) override {
    version = http_version;
    request.method = View(method);
    if (!ReadTarget(View(target), request, authority)) failure = error::bad_target;
  }

  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, ErrorValue&) override {
    if (is_header_done()) return;  // a trailer's fields are read, and mean nothing
    request.headers.Add(std::string(View(name)), std::string(View(value)));
  }

  void on_header_impl(ErrorValue& failure) override {
    if (!HostIsSound()) failure = error::bad_field;
    const auto encoding = request.headers.Find("Transfer-Encoding");
    // Only "chunked" alone: other codings are not understood, and an HTTP/1.0 request has none (RFC 9112, section 6.1).
    if (encoding && (version < 11 || !EqualsIgnoringCase(Trim(*encoding), "chunked"))) {
      failure = error::bad_transfer_encoding;
    }
    if (const auto length = content_length()) request.content_length = *length;
    request.has_body = chunked() || request.content_length.value_or(0) > 0;
    const auto expect = request.headers.Find("Expect");
    expects_continue = version >= 11 && expect && EqualsIgnoringCase(Trim(*expect), "100-continue");
  }

  // RFC 9112, section 3.2: exactly one Host in HTTP/1.1, and a valid one.
  bool HostIsSound() {
    const auto hosts = request.headers.FindAll("Host");
    if (hosts.size() > 1 || (hosts.empty() && version >= 11)) return false;
    const bool sound = hosts.empty() || hosts[0].empty() || IsHostAndPort(hosts[0]);
    if (authority) {
      if (!IsHostAndPort(*authority)) return false;
      request.headers.Set("Host", *authority);
    }
    return sound;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorValue&) override {}
  std::size_t on_body_impl(beast::string_view piece, ErrorValue&) override { return Keep(piece); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, ErrorValue&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view piece, ErrorValue&) override { return Keep(piece); }
  void on_finish_impl(ErrorValue&) override {}
  void on_response_impl(int, beast::string_view, int, ErrorValue&) override {}

  std::size_t Keep(beast::string_view piece) {
    body = {reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()};
    return piece.size();
  }
};

RequestParser::RequestParser(std::size_t header_max_bytes)
    : header_max_bytes_(header_max_bytes), grammar_(std::make_unique<Grammar>(header_max_bytes)) {}
RequestParser::~RequestParser() = default;

RequestParser::Step RequestParser::Parse(std::span<const std::uint8_t> input) {
  Step step;
  if (!grammar_->got_some()) {
    // RFC 9112, section 2.2: empty lines before the request line are skipped.
    while (step.used + 1 < input.size() && input[step.used] == '\r' && input[step.used + 1] == '\n') step.used += 2;
  }
  const auto rest = input.subspan(step.used);
  if (rest.empty() || (!grammar_->got_some() && rest.size() == 1 && rest[0] == '\r')) {
    step.need_more = true;
    return step;
  }
  if (HeaderDone() && grammar_->chunked() && rest.size() < kLastChunkMinBytes) {
    step.need_more = true;
    return step;
  }
  ErrorValue failure;
  grammar_->body = {};
  const bool in_header = !HeaderDone();
  step.used += grammar_->put({rest.data(), rest.size()}, failure);
  step.body = grammar_->body;
  if (in_header) header_bytes_ += step.used;
  if (in_header && header_bytes_ > header_max_bytes_) {
    // Beast's own limit holds for what it has not used yet: fields that arrive one by one pass it.
    step.fault = Fault::kHeadersTooLarge;
  } else if (failure == error::need_more) {
    step.need_more = true;
    if (HeaderDone() && input.size() - step.used > kUnusedMaxBytes) step.fault = Fault::kMalformed;
  } else if (failure == error::header_limit) {
    step.fault = Fault::kHeadersTooLarge;
  } else if (failure) {
    step.fault = Fault::kMalformed;
  }
  return step;
}

bool RequestParser::HeaderDone() const { return grammar_->is_header_done(); }
bool RequestParser::Done() const { return grammar_->is_done(); }
Request& RequestParser::request() { return grammar_->request; }
bool RequestParser::ExpectsContinue() const { return grammar_->expects_continue; }
// An HTTP/1.0 client would have to be told that the connection stays (RFC 9112, section 9.3); we close it instead.
bool RequestParser::KeepAlive() const { return grammar_->version >= 11 && grammar_->keep_alive(); }

}  // namespace removr::http
