// The binary: reads the command line and hands over to the command's file.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "app/command.h"
#include "app/settings.h"
#include "base/log.h"

namespace {

constexpr char kFooter[] =
    "Every option is also an environment variable (REMOVR_ + its name in upper case, - as _) and a key of the\n"
    "TOML file given by --config. The command line wins over the environment, the environment over the file.\n"
    "Exit status: 0 all done; 1 some input failed, the others are done; 2 wrong use.";

// The command named on the command line, "" where there is none; what it means is decided by the parser.
std::string ChosenCommand(const CLI::App& program, int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const auto named = [&](const CLI::App* command) { return command->get_name() == argv[i]; };
    if (!program.get_subcommands(named).empty()) return argv[i];
  }
  return "";
}

void StartLog(const CLI::App& program, const std::string& level, const std::string& format) {
  using removr::log::Form;
  const bool is_service = program.got_subcommand("serve") || program.got_subcommand("worker");
  const bool is_json = format == "json" || (format == "auto" && is_service && ::isatty(STDERR_FILENO) == 0);
  removr::log::Init("removr", level, is_json ? Form::kJson : Form::kText);
  // For the workers that a server starts.
  ::setenv("REMOVR_LOG_LEVEL", level.c_str(), /*overwrite=*/1);
  ::setenv("REMOVR_LOG_FORMAT", is_json ? "json" : "text", /*overwrite=*/1);
}

int Run(int argc, char** argv) {
  using namespace removr::app;
  CLI::App program("Takes visible overlays (watermarks, logos, text, timestamps) off photographs that you own.",
                   "removr");
  int status = kAllDone;
  std::string config;
  std::string log_level = "info", log_format = "auto";
  program.add_option("--config", config, "TOML file with defaults for the options")->type_name("FILE");
  program.add_option("--log-level", log_level, "trace, debug, info, warn, error or off")
      ->type_name("LEVEL")
      ->capture_default_str()
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
  program.add_option("--log-format", log_format, "text, json, or auto: json where a service writes to no terminal")
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "text", "json"}));
  program.footer(kFooter);
  program.require_subcommand(1);
  program.fallthrough();
  program.parse_complete_callback([&] { StartLog(program, log_level, log_format); });
  for (const auto add : {AddClean, AddDetect, AddVerify, AddServe, AddWorker, AddEngineHost, AddTemplateHost,
                         AddAccount, AddKey, AddBackup, AddRestore, AddVersion})
    add(program, status);
  BindEnvironment(program);

  const std::string config_path = FindConfigPath(argc, argv);
  if (!config_path.empty()) {
    ::setenv("REMOVR_CONFIG", config_path.c_str(), /*overwrite=*/1);  // for plans.h
    if (const auto loaded = LoadConfigFile(program, config_path, ChosenCommand(program, argc, argv)); !loaded) {
      std::cerr << "removr: " << loaded.error().message << '\n';
      return kWrongUse;
    }
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kAllDone : kWrongUse;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is an error of the write, not of the program
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "removr: " << error.what() << '\n';
    return removr::app::kSomeFailed;
  }
}
