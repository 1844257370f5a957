#include "app/template_option.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/files.h"

namespace removr::app {

void AddTemplateOption(CLI::App& command, std::vector<std::string>& files) {
  command
      .add_option(
          "--template", files,
          "Your own overlay, a PNG with transparency: only this is looked for, at any place, size and opacity,\n"
          "turned by up to 15 degrees. Without transparency: give the option twice, with the overlay on black\n"
          "and on white")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

Result<owner::Template> ReadTemplateFiles(const std::vector<std::string>& files) {
  if (files.empty()) return owner::Template();
  if (files.size() > 2) {
    return Fail(ErrorCode::kBadRequest, "--template: one file with transparency, or two, on black and on white");
  }
  std::vector<std::uint8_t> bytes[2];
  std::string names;
  for (std::size_t i = 0; i < files.size(); ++i) {
    names += (i > 0 ? " and " : "") + PrintablePath(files[i]);
    auto read = ReadWhole(files[i]);
    if (!read) {
      return Fail(ErrorCode::kBadRequest, fmt::format("--template {}: {}", names, read.error().Public()));
    }
    bytes[i] = std::move(*read);
  }
  auto overlay = engine::ReadTemplate(bytes[0], bytes[1]);
  if (overlay) return overlay;
  return Fail(ErrorCode::kBadRequest, fmt::format("--template {}: {}", names, overlay.error().Public()));
}

}  // namespace removr::app
