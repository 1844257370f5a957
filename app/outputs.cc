#include "app/outputs.h"

#include <set>
#include <string>
#include <string_view>

namespace removr::app {
namespace fs = std::filesystem;
namespace {

std::string TryStem(const fs::path& path, int attempt) {
  if (attempt == 0) return path.stem().string();
  const std::string name = path.filename().string();
  return attempt == 1 ? name : name + "-" + std::to_string(attempt);
}

// Paths are compared as written, made absolute: the folders need not exist yet.
fs::path Key(const fs::path& path) { return fs::absolute(path).lexically_normal(); }

Output Name(const Input& input, const OutputFolders& folders, std::optional<Format> format, int attempt) {
  const std::string stem = TryStem(input.path, attempt);
  Output output;
  const fs::path image_folder = folders.images ? *folders.images / input.subfolder : input.path.parent_path();
  output.image = image_folder / (stem + "-clean." + std::string(Extension(format.value_or(*input.format))));
  if (folders.masks) output.mask = *folders.masks / input.subfolder / (stem + "-mask.png");
  return output;
}

}  // namespace

std::vector<Output> PlanOutputs(const std::vector<Input>& inputs, const OutputFolders& folders,
                                std::optional<Format> format) {
  std::set<fs::path> taken;
  for (const Input& input : inputs) taken.insert(Key(input.path));
  const auto free = [&](const fs::path& path) { return path.empty() || !taken.contains(Key(path)); };

  std::vector<Output> outputs;
  for (const Input& input : inputs) {
    Output output;
    for (int attempt = 0; input.format; ++attempt) {
      output = Name(input, folders, format, attempt);
      if (free(output.image) && free(output.mask)) break;
    }
    for (const fs::path& path : {output.image, output.mask}) {
      if (!path.empty()) taken.insert(Key(path));
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace removr::app
