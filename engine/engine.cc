#include "engine/engine.h"

#include <array>
#include <exception>
#include <future>
#include <utility>

#include "engine/pipeline.h"

namespace removr::engine {
namespace {

class LoadedEngine final : public Engine {
 public:
  explicit LoadedEngine(Pipeline pipeline) : pipeline_(std::move(pipeline)) {}

  Result<Outcome> Clean(std::span<const std::uint8_t> bytes, const Options& options) const override {
    return Guarded([&] { return pipeline_.Clean(bytes, options); });
  }

  Result<Outcome> Detect(std::span<const std::uint8_t> bytes, const Options& options) const override {
    return Guarded([&] { return pipeline_.Detect(bytes, options); });
  }

 private:
  // OpenCV and the standard library throw where memory runs out; nothing is thrown on purpose.
  template <typename Work>
  static Result<Outcome> Guarded(const Work& work) {
    try {
      return work();
    } catch (const std::exception& error) {
      return Fail(ErrorCode::kEngineFailure, error.what());
    }
  }

  Pipeline pipeline_;
};

}  // namespace

std::string_view Name(Verdict verdict) {
  constexpr std::array<std::string_view, 3> names{"clean", "residual", "no_overlay_found"};
  return names[static_cast<std::size_t>(verdict)];
}

Result<std::unique_ptr<Engine>> Engine::Create(Config config) {
  auto loading = std::async(config.threads > 1 ? std::launch::async : std::launch::deferred, locate::Locator::Create,
                            config.models / "locate.onnx", config.threads);
  ASSIGN_OR_RETURN(auto eraser, erase::Eraser::Create(config.models, config.threads));
  ASSIGN_OR_RETURN(auto locator, loading.get());
  return std::make_unique<LoadedEngine>(Pipeline(std::move(config), std::move(locator), std::move(eraser)));
}

}  // namespace removr::engine
