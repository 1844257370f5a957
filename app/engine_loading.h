// The engine as the commands set it up.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "engine/engine.h"

namespace CLI {
class App;
}

namespace removr::app {

// Adds --models.
void AddModelsOption(CLI::App& command, std::string& models);

// The folder of the trained networks: `option` where it says one, else ../share/removr/models as seen from the binary,
// else the folder of the source tree that the binary was built from.
std::filesystem::path FindModels(const std::string& option);

// What made a result, for reports and receipts.
struct EngineVersion {
  std::string program;  // "removr 0.1.0"
  std::string model;    // 16 hex digits of a SHA-256 over both networks' files; "" where they can't be read
};
EngineVersion FindVersion(const std::string& models);

// Loads the networks; each call of the engine uses up to `threads` threads.
Result<std::unique_ptr<engine::Engine>> LoadEngine(const std::string& models, int threads);

}  // namespace removr::app
