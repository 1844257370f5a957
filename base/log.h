// The log: one line per event on standard error, through spdlog. Call Init once, first thing in main.
//
//   log::Info("job {} done in {} ms", id, elapsed_ms);
//
// Never log a key, a password, or a file's content.
#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

namespace removr::log {

// `level`: trace, debug, info, warn, error or off; anything else means info. `program` names the process in each line.
void Init(std::string_view program, std::string_view level);

template <typename... Args>
void Debug(fmt::format_string<Args...> format, Args&&... args) {
  spdlog::debug(format, std::forward<Args>(args)...);
}
template <typename... Args>
void Info(fmt::format_string<Args...> format, Args&&... args) {
  spdlog::info(format, std::forward<Args>(args)...);
}
template <typename... Args>
void Warn(fmt::format_string<Args...> format, Args&&... args) {
  spdlog::warn(format, std::forward<Args>(args)...);
}
template <typename... Args>
void Error(fmt::format_string<Args...> format, Args&&... args) {
  spdlog::error(format, std::forward<Args>(args)...);
}

}  // namespace removr::log
