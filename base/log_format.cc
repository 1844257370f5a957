#include "base/log_format.h"

#include <fmt/chrono.h>
#include <spdlog/pattern_formatter.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace removr::log {
namespace {

thread_local const Field* newest = nullptr;

// The living fields of this thread, oldest first.
std::vector<const Field*> Fields() {
  std::vector<const Field*> fields;
  for (const Field* field = newest; field; field = field->previous()) fields.push_back(field);
  std::reverse(fields.begin(), fields.end());
  return fields;
}

// Bytes of the UTF-8 sequence that `text` begins with; 0 where it begins with none.
std::size_t SequenceBytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t size = first < 0x80                    ? 1
                           : first >= 0xC2 && first < 0xE0 ? 2
                           : first >= 0xE0 && first < 0xF0 ? 3
                           : first >= 0xF0 && first < 0xF5 ? 4
                                                           : 0;
  if (size > text.size()) return 0;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(size, 1)),
                     continues)
             ? size
             : 0;
}

void Append(spdlog::memory_buf_t& line, std::string_view text) { line.append(text.data(), text.data() + text.size()); }

std::string TextOf(const Field::Value& value) {
  return std::visit([](const auto& plain) { return fmt::format("{}", plain); }, value);
}

std::string JsonOf(const Field::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return JsonString(*text);
  const auto* real = std::get_if<double>(&value);
  return real && !std::isfinite(*real) ? "null" : TextOf(value);
}

class TextFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    pattern_.format(message, line);
    for (const Field* field : Fields()) Append(line, fmt::format(" {}={}", field->name(), TextOf(field->value())));
    line.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<TextFormatter>(); }

 private:
  spdlog::pattern_formatter pattern_{"%Y-%m-%dT%H:%M:%S.%eZ %n[%P] %^%l%$ %v", spdlog::pattern_time_type::utc, ""};
};

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    const auto milliseconds = std::chrono::time_point_cast<std::chrono::milliseconds>(message.time);
    const auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(message.time);
    const auto level = spdlog::level::to_string_view(message.level);
    Append(line, fmt::format(R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:03}Z","level":"{}","pid":{},"message":{})",
                             fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                             (milliseconds - std::chrono::time_point_cast<std::chrono::milliseconds>(seconds)).count(),
                             std::string_view(level.data(), level.size()), ::getpid(),
                             JsonString({message.payload.data(), message.payload.size()})));
    for (const Field* field : Fields())
      Append(line, fmt::format(",{}:{}", JsonString(field->name()), JsonOf(field->value())));
    Append(line, "}\n");
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

}  // namespace

Field::Field(std::string_view name, Value value) : name_(name), value_(std::move(value)), previous_(newest) {
  newest = this;
}
Field::~Field() { newest = previous_; }

std::unique_ptr<spdlog::formatter> MakeFormatter(Form form) {
  if (form == Form::kJson) return std::make_unique<JsonFormatter>();
  return std::make_unique<TextFormatter>();
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t size = SequenceBytes(text);
    if (size == 0 || first < 0x20 || first == 0x7F) {
      json += fmt::format("\\u{:04x}", first);
    } else {
      if (first == '"' || first == '\\') json.push_back('\\');
      json.append(text.substr(0, size));
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return json + "\"";
}

}  // namespace removr::log
