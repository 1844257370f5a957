// --template, as clean and detect have it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"

namespace CLI {
class App;
}

namespace removr::app {

void AddTemplateOption(CLI::App& command, std::vector<std::string>& files);

// The template of one file, or of two; an empty one of none. An error's message says it all, with the files' names.
Result<owner::Template> ReadTemplateFiles(const std::vector<std::string>& files);

}  // namespace removr::app
