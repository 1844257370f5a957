#include "service/api/error_map.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/log.h"
#include "service/api/json.h"

namespace removr::api {
namespace {

struct Problem {
  int status;
  std::string_view title;  // the status's phrase, as RFC 9457 asks where `type` is about:blank
  std::string_view code;
};

constexpr Problem kBadRequest{400, "Bad Request", "bad_request"};
constexpr Problem kUnauthorized{401, "Unauthorized", "unauthorized"};
constexpr Problem kPaymentRequired{402, "Payment Required", "insufficient_credits"};
constexpr Problem kForbidden{403, "Forbidden", "forbidden"};
constexpr Problem kNotFound{404, "Not Found", "not_found"};
constexpr Problem kMethodNotAllowed{405, "Method Not Allowed", "method_not_allowed"};
constexpr Problem kRequestTimeout{408, "Request Timeout", "request_timeout"};
constexpr Problem kConflict{409, "Conflict", "conflict"};
constexpr Problem kGone{410, "Gone", "gone"};
constexpr Problem kTooManyFiles{413, "Content Too Large", "too_many_files"};
constexpr Problem kFileTooLarge{413, "Content Too Large", "file_too_large"};
constexpr Problem kUnsupportedMediaType{415, "Unsupported Media Type", "unsupported_media_type"};
constexpr Problem kRangeNotSatisfiable{416, "Range Not Satisfiable", "range_not_satisfiable"};
constexpr Problem kIdempotencyMismatch{422, "Unprocessable Content", "idempotency_mismatch"};
constexpr Problem kTooManyRequests{429, "Too Many Requests", "rate_limited"};
constexpr Problem kHeadersTooLarge{431, "Request Header Fields Too Large", "headers_too_large"};
constexpr Problem kInternal{500, "Internal Server Error", "internal"};
constexpr Problem kBusy{503, "Service Unavailable", "busy"};

// A full disk is not emptied in seconds, nor is a broken one replaced.
constexpr std::chrono::seconds kStorageRetryAfter{60};

const Problem& ProblemOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kBadRequest: return kBadRequest;
    case ErrorCode::kUnauthorized: return kUnauthorized;
    case ErrorCode::kForbidden: return kForbidden;
    case ErrorCode::kInsufficientCredits: return kPaymentRequired;
    case ErrorCode::kNotFound: return kNotFound;
    case ErrorCode::kConflict: return kConflict;
    case ErrorCode::kGone: return kGone;
    case ErrorCode::kTooManyFiles: return kTooManyFiles;
    case ErrorCode::kFileTooLarge: return kFileTooLarge;
    case ErrorCode::kUnsupportedMediaType: return kUnsupportedMediaType;
    case ErrorCode::kIdempotencyMismatch: return kIdempotencyMismatch;
    case ErrorCode::kTimeout: return kRequestTimeout;  // of a request; an image's own timeout is in its job
    case ErrorCode::kBusy:
    case ErrorCode::kStorageFull:
    case ErrorCode::kIo:  // of the storage: nothing was taken in
    case ErrorCode::kCancelled: return kBusy;
    // An image's errors are in its job; as errors of a request they would be our own bug, like the last one.
    case ErrorCode::kUnsupportedFormat:
    case ErrorCode::kCorruptImage:
    case ErrorCode::kTooManyPixels:
    case ErrorCode::kAnimated:
    case ErrorCode::kMaskMismatch:
    case ErrorCode::kEngineFailure:
    case ErrorCode::kInternal: break;
  }
  return kInternal;
}

std::optional<std::chrono::seconds> RetryAfter(ErrorCode code) {
  if (code == ErrorCode::kConflict) return job::kConflictRetryAfter;
  if (code == ErrorCode::kStorageFull || code == ErrorCode::kIo) return kStorageRetryAfter;
  if (code == ErrorCode::kBusy || code == ErrorCode::kCancelled) return job::kBusyRetryAfter;
  return std::nullopt;
}

http::Response Make(const Problem& problem, std::string_view text, std::optional<job::Shortfall> shortfall = {}) {
  http::Response response;
  response.status = problem.status;
  response.headers.Add("Content-Type", "application/problem+json");
  response.headers.Add("Cache-Control", "no-store");
  response.body = ProblemJson(
      {.status = problem.status, .title = problem.title, .code = problem.code, .text = text, .shortfall = shortfall});
  return response;
}

}  // namespace

http::Response JsonResponse(int status, std::string json) {
  http::Response response;
  response.status = status;
  response.headers.Add("Content-Type", "application/json");
  response.headers.Add("Cache-Control", "no-store");
  response.body = std::move(json);
  return response;
}

http::Response ToResponse(const Error& error, std::optional<job::Shortfall> shortfall) {
  const Problem& problem = ProblemOf(error.code);
  // What happened inside is for the log; a client reads that something did.
  const bool ours = problem.status == kInternal.status || error.code == ErrorCode::kIo;
  if (ours) log::Error("{}: {}", Name(error.code), error.message);
  const std::string_view text = ours ? DefaultPublicText(ErrorCode::kInternal) : error.Public();
  http::Response response = Make(problem, text, shortfall);
  // Promised for 413, also where the rest of the body had come by then.
  response.close = problem.status == kFileTooLarge.status;
  if (error.code == ErrorCode::kUnauthorized) response.headers.Add("WWW-Authenticate", "Bearer");
  if (const auto wait = RetryAfter(error.code)) response.headers.Add("Retry-After", std::to_string(wait->count()));
  return response;
}

http::Response ToResponse(http::Fault fault) {
  switch (fault) {
    case http::Fault::kMalformed: return Make(kBadRequest, "This is not a well-formed HTTP request.");
    case http::Fault::kHeadersTooLarge: return Make(kHeadersTooLarge, "The request's header fields are too large.");
    case http::Fault::kTimeout: return Make(kRequestTimeout, "The request came too slowly.");
    case http::Fault::kOverloaded: return ToResponse(Error{ErrorCode::kBusy, "too many requests in hand", {}});
    case http::Fault::kFailed: break;
  }
  return Make(kInternal, DefaultPublicText(ErrorCode::kInternal));
}

http::Response MethodNotAllowed(std::string_view allowed) {
  http::Response response = Make(kMethodNotAllowed, "This path has no such method. See the Allow field.");
  response.headers.Add("Allow", std::string(allowed));
  return response;
}

http::Response RateLimited(std::chrono::seconds wait, std::string_view text) {
  http::Response response = Make(kTooManyRequests, text);
  response.headers.Add("Retry-After", std::to_string(std::max<std::int64_t>(wait.count(), 1)));
  return response;
}

http::Response RangeNotSatisfiable(std::uint64_t file_bytes) {
  http::Response response = Make(kRangeNotSatisfiable, "The file ends before that range begins.");
  response.headers.Add("Content-Range", "bytes */" + std::to_string(file_bytes));
  return response;
}

}  // namespace removr::api
