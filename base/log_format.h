// How a line of the log looks (log.h): spdlog's own pattern with the thread's fields behind it, or an object of JSON.
// For log.cc and its test.
#pragma once

#include <spdlog/formatter.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"

namespace removr::log {

std::unique_ptr<spdlog::formatter> MakeFormatter(Form form);

// A JSON string with its quotes. What is not UTF-8 is read as ISO 8859-1, so that every line parses.
std::string JsonString(std::string_view text);

}  // namespace removr::log
