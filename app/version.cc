// removr version
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/command.h"

namespace removr::app {

void AddVersion(CLI::App& program, int& status) {
  CLI::App* command = program.add_subcommand("version", "Print the version.");
  command->callback([&status] {
    std::cout << "removr " << REMOVR_VERSION << '\n';
    status = kAllDone;
  });
}

}  // namespace removr::app
