// The log: one line per event on standard error, through spdlog. Call Init once, first thing in main.
//
//   const log::Field job("jobId", id);                  // on every line that this thread logs while `job` lives
//   log::Info("done in {} ms", elapsed_ms);
//
// Never log a key, a password, or a file's content.
#pragma once

#include <spdlog/spdlog.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace removr::log {

enum class Form {
  kText,  // 2026-01-31T08:09:10.123Z removr[7] info done in 5 ms jobId=a1b2
  kJson,  // {"time":"2026-01-31T08:09:10.123Z","level":"info","pid":7,"message":"done in 5 ms","jobId":"a1b2"}
};

// `level`: trace, debug, info, warn, error or off; anything else means info. `program` names the process in each line.
void Init(std::string_view program, std::string_view level, Form form = Form::kText);

// A fact that belongs to what the thread is doing. Lives on the stack, and not across a co_await: it is its thread's.
class Field {
 public:
  using Value = std::variant<std::int64_t, double, std::string>;
  // `name` is a literal.
  Field(std::string_view name, Value value);
  ~Field();
  Field(const Field&) = delete;
  Field& operator=(const Field&) = delete;

  std::string_view name() const { return name_; }
  const Value& value() const { return value_; }
  // The one that was made before it on this thread, and still lives; null: none.
  const Field* previous() const { return previous_; }

 private:
  const std::string_view name_;
  const Value value_;
  const Field* const previous_;
};

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
