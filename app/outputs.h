// Where a run's results go. Pure: nothing is looked up, so the same inputs always get the same names, and a run can be
// resumed.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "app/inputs.h"

namespace removr::app {

struct OutputFolders {
  std::optional<std::filesystem::path> images;  // nullopt: beside each input
  std::optional<std::filesystem::path> masks;   // nullopt: no masks are saved
};

struct Output {
  std::filesystem::path
      image;  // STEM-clean.EXT, EXT by the result's format; empty where the input is of no known format
  std::filesystem::path mask;  // STEM-mask.png; empty where none is saved
};

// One output for each input, in their order; `format` is that of all results, nullopt: each input's own. No two are the
// same, and none is an input: where the name is taken, the extension stays in the stem (a.jpeg -> a.jpeg-clean.jpg),
// and where that is taken as well, a number follows it.
std::vector<Output> PlanOutputs(const std::vector<Input>& inputs, const OutputFolders& folders,
                                std::optional<Format> format = {});

}  // namespace removr::app
