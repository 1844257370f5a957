// The place where the wings meet: the engine as the service's workers see it.
#pragma once

#include <memory>

#include "app/engine_loading.h"
#include "engine/engine.h"
#include "service/job/processor.h"

namespace removr::app {

// Thread-safe, as the engine is.
std::unique_ptr<job::Processor> MakeEngineProcessor(std::unique_ptr<engine::Engine> engine, EngineVersion version);

}  // namespace removr::app
