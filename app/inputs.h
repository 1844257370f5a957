// What a run works on: the files named, and the images found in the folders named.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "base/probe.h"
#include "base/result.h"

namespace removr::app {

struct Input {
  std::filesystem::path path;       // as the user wrote it, or below the folder that the user wrote
  std::filesystem::path subfolder;  // of the walked folder; empty for a file that was named
  std::optional<Format> format;     // by its first bytes; nullopt where they say nothing or cannot be read
};

struct InputProblem {
  std::filesystem::path path;
  Error error;
};

struct FoundInputs {
  std::vector<Input> inputs;           // each file once, in the order of the arguments, a folder's by name
  std::vector<InputProblem> problems;  // arguments that are not there, folders that cannot be read
  int earlier_results = 0;             // files passed over because an earlier run wrote them
};

// Results of earlier runs are no inputs of a walk.
struct InputRules {
  std::vector<std::filesystem::path> result_folders;  // where results go: not walked, but where an argument names one
  bool results_beside = false;                        // results go beside their inputs
};

// A named file is always an input, whatever it holds. In a folder, walked with its subfolders, an input is a file that
// begins like an image, or that is called like one (.jpg, .jpeg, .png, .webp) so that a broken photograph is reported
// and not missed. Hidden files and folders are passed over, and so are *-clean.jpg|png|webp and *-mask.png where
// results go into the walked folder itself. Symbolic links are followed, each folder is walked once:
// loops end.
FoundInputs FindInputs(const std::vector<std::filesystem::path>& arguments, const InputRules& rules);

}  // namespace removr::app
