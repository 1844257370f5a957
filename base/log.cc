#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <memory>
#include <string>

namespace removr::log {

void Init(std::string_view program, std::string_view level) {
  auto logger = std::make_shared<spdlog::logger>(std::string(program), std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  const std::string name(level);
  const auto parsed = spdlog::level::from_str(name);  // unknown names come back as off
  logger->set_level(parsed == spdlog::level::off && name != "off" ? spdlog::level::info : parsed);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %n[%P] %^%l%$ %v", spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace removr::log
