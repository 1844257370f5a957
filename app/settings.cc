#include "app/settings.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string_view>
#include <utility>

namespace removr::app {
namespace {

std::string LongName(const CLI::Option& option) {
  return option.get_lnames().empty() ? std::string() : option.get_lnames().front();
}

// Keys of the file that are no options, since a command line can be read by others: they go into the environment as
// they are called there, for this process and its workers.
constexpr std::pair<std::string_view, const char*> kSecrets[] = {
    {"aws-access-key-id", "AWS_ACCESS_KEY_ID"},
    {"aws-secret-access-key", "AWS_SECRET_ACCESS_KEY"},
    {"aws-session-token", "AWS_SESSION_TOKEN"},
    {"smtp-password", "REMOVR_SMTP_PASSWORD"},
};

const char* SecretOf(std::string_view key) {
  const auto* const found =
      std::find_if(std::begin(kSecrets), std::end(kSecrets), [&](const auto& secret) { return secret.first == key; });
  return found == std::end(kSecrets) ? nullptr : found->second;
}

// Help and --config itself are no settings.
bool IsSetting(const std::string& name) { return !name.empty() && name != "help" && name != "config"; }

template <typename Visit>
void VisitCommands(const CLI::App& command, const Visit& visit) {
  visit(command);
  for (const CLI::App* sub : command.get_subcommands([](const CLI::App*) { return true; })) VisitCommands(*sub, visit);
}

std::set<std::string> SettingNames(const CLI::App& program) {
  std::set<std::string> names;
  VisitCommands(program, [&](const CLI::App& command) {
    for (const CLI::Option* option : command.get_options()) {
      if (IsSetting(LongName(*option))) names.insert(LongName(*option));
    }
  });
  return names;
}

std::string Join(const std::vector<std::string>& values) {
  std::string joined;
  for (const std::string& value : values) joined += (joined.empty() ? "" : ",") + value;
  return joined;
}

}  // namespace

Result<std::vector<CLI::ConfigItem>> ReadToml(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Fail(ErrorCode::kBadRequest, "cannot read the configuration file " + path);
  try {
    return CLI::ConfigTOML().from_config(file);
  } catch (const std::exception& error) {
    return Fail(ErrorCode::kBadRequest, "the configuration file " + path + " is not TOML: " + error.what());
  }
}

std::string EnvironmentName(const std::string& option) {
  std::string name = "REMOVR_" + option.substr(std::min(option.find_first_not_of('-'), option.size()));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
  return name;
}

void BindEnvironment(CLI::App& program) {
  for (CLI::Option* option : program.get_options()) {
    if (IsSetting(LongName(*option))) option->envname(EnvironmentName(LongName(*option)));
  }
  for (CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) BindEnvironment(*command);
}

Status LoadConfigFile(const CLI::App& program, const std::string& path, const std::string& command) {
  const std::set<std::string> known = SettingNames(program);
  ASSIGN_OR_RETURN(const std::vector<CLI::ConfigItem> items, ReadToml(path));
  // Amazon's belong together, and are taken from one place.
  const bool has_amazons = std::getenv("AWS_ACCESS_KEY_ID") != nullptr;
  for (const CLI::ConfigItem& item : items) {
    if (item.name == "++" || item.name == "--") continue;  // how CLI11 marks where a section begins and ends
    if (!item.parents.empty() && item.parents.front() == kPlansTable) continue;  // plans.h
    std::string key = item.name;
    std::replace(key.begin(), key.end(), '_', '-');
    const char* const secret = SecretOf(key);
    if (secret == nullptr && !known.contains(key)) {
      return Fail(ErrorCode::kBadRequest,
                  "the configuration file " + path + " sets \"" + item.name + "\", which is no option of removr");
    }
    const bool meant = item.parents.empty() || item.parents.front() == command;
    const std::string value = Join(item.inputs);
    if (!meant || value.empty() || (has_amazons && key.starts_with("aws-"))) continue;
    ::setenv(secret != nullptr ? secret : EnvironmentName(key).c_str(), value.c_str(), /*overwrite=*/0);
  }
  return {};
}

std::string FindConfigPath(int argc, const char* const* argv) {
  constexpr std::string_view flag = "--config";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == flag && i + 1 < argc) return argv[i + 1];
    if (argument.starts_with(flag) && argument.substr(flag.size()).starts_with('=')) {
      return std::string(argument.substr(flag.size() + 1));
    }
  }
  const char* environment = std::getenv("REMOVR_CONFIG");
  return environment == nullptr ? "" : environment;
}

}  // namespace removr::app
