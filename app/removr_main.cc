// The binary: reads the command line and hands over to the command's file.
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

int Run(int argc, char** argv) {
  using namespace removr::app;
  CLI::App program("Takes visible overlays (watermarks, logos, text, timestamps) off photographs that you own.",
                   "removr");
  int status = kAllDone;
  std::string config;
  std::string log_level = "info";
  program.add_option("--config", config, "TOML file with defaults for the options")->type_name("FILE");
  program.add_option("--log-level", log_level, "trace, debug, info, warn, error or off")
      ->type_name("LEVEL")
      ->capture_default_str()
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}));
  program.footer(kFooter);
  program.require_subcommand(1);
  program.fallthrough();
  program.parse_complete_callback([&] { removr::log::Init("removr", log_level); });
  for (const auto add : {AddClean, AddDetect, AddVerify, AddServe, AddWorker, AddAccount, AddKey, AddVersion})
    add(program, status);
  BindEnvironment(program);

  const std::string config_path = FindConfigPath(argc, argv);
  if (!config_path.empty()) {
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
