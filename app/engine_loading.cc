#include "app/engine_loading.h"

#include <CLI/CLI.hpp>
#include <system_error>
#include <vector>

#include "app/files.h"
#include "base/clock.h"

namespace removr::app {
namespace fs = std::filesystem;

void AddModelsOption(CLI::App& command, std::string& models) {
  command.add_option("--models", models, "Folder of the trained networks (default: where they were installed)")
      ->type_name("DIR");
}

fs::path FindModels(const std::string& option) {
  if (!option.empty()) return option;
  std::error_code error;
  const fs::path binary = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = binary.parent_path().parent_path() / "share" / "removr" / "models";
  return !error && fs::is_directory(installed, error) ? installed : fs::path(REMOVR_SOURCE_MODELS);
}

EngineVersion FindVersion(const std::string& models) {
  constexpr std::size_t kModelDigits = 16;
  EngineVersion version{"removr " REMOVR_VERSION, ""};
  for (const char* name :
       {"locate.onnx", "locate.int8.onnx", "restore.onnx", "restore.int8.onnx", "judge.onnx", "judge.int8.onnx"}) {
    const auto network = ReadWhole(FindModels(models) / name);
    if (network) version.model += Sha256Hex(*network);
  }
  if (version.model.empty()) return version;
  const std::vector<std::uint8_t> all(version.model.begin(), version.model.end());
  version.model = Sha256Hex(all).substr(0, kModelDigits);
  return version;
}

Result<std::unique_ptr<engine::Engine>> LoadEngine(const std::string& models, int threads) {
  engine::Config config;
  config.models = FindModels(models);
  config.threads = threads;
  config.now = [clock = SystemClock()] { return clock.Monotonic(); };
  return engine::Engine::Create(std::move(config));
}

}  // namespace removr::app
