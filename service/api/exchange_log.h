// The line of the log that each request leaves.
#pragma once

#include <string>
#include <string_view>

#include "service/http/message.h"

namespace removr::api {

void LogExchange(const http::Exchange& exchange);

// A path as it may be logged: what looks like a key, where someone put one into it, is cut after its display prefix.
std::string LoggedPath(std::string_view path);

}  // namespace removr::api
