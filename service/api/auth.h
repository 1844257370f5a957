// Who asks: the Bearer key of a request (the API contract, section 1).
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "service/account/key.h"
#include "service/http/message.h"
#include "service/store/database.h"

namespace removr::api {

// The token of `Authorization: Bearer TOKEN`; nullopt where the field is missing, there twice or of another form.
std::optional<std::string_view> BearerToken(const http::Headers& headers);

// kUnauthorized, always the same, whatever is wrong with the key.
Result<account::Identity> Authenticate(const http::Headers& headers, store::Database& database, Timestamp now);

}  // namespace removr::api
