// The Idempotency-Key field (the API contract, section 2).
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "service/http/message.h"

namespace removr::api {

// Its value without quotes; nullopt where the field is missing. kBadRequest where it is there twice, or is not 1 to 255
// visible ASCII characters, bare or in quotes.
Result<std::optional<std::string>> ReadIdempotencyKey(const http::Headers& headers);

}  // namespace removr::api
