#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <memory>
#include <string>

#include "base/log_format.h"

namespace removr::log {

void Init(std::string_view program, std::string_view level, Form form) {
  auto logger =
      std::make_shared<spdlog::logger>(std::string(program), std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  const std::string name(level);
  const auto parsed = spdlog::level::from_str(name);  // unknown names come back as off
  logger->set_level(parsed == spdlog::level::off && name != "off" ? spdlog::level::info : parsed);
  logger->set_formatter(MakeFormatter(form));
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace removr::log
