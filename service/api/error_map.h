// The one place where errors meet HTTP: statuses, problem+json (RFC 9457), and the header fields that belong to a
// status.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/http/message.h"
#include "service/job/submit.h"

namespace removr::api {

// What succeeds.
inline constexpr int kOk = 200;
inline constexpr int kCreated = 201;
inline constexpr int kAccepted = 202;
inline constexpr int kNoContent = 204;
inline constexpr int kPartialContent = 206;
inline constexpr int kNotModified = 304;
inline constexpr int kMissing = 404;

// What succeeds with JSON. Never cached: it is one account's, and changes.
http::Response JsonResponse(int status, std::string json);

// The answer to a failed request. `shortfall` belongs to kInsufficientCredits.
http::Response ToResponse(const Error& error, std::optional<job::Shortfall> shortfall = std::nullopt);

// The answer to what never became a request.
http::Response ToResponse(http::Fault fault);

// `allowed`: "GET, HEAD".
http::Response MethodNotAllowed(std::string_view allowed);

// `wait`: until another attempt may succeed.
http::Response RateLimited(std::chrono::seconds wait, std::string_view text = "Too many attempts. Try again later.");

http::Response RangeNotSatisfiable(std::uint64_t file_bytes);

}  // namespace removr::api
