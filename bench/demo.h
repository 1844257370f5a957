// The project's own before-and-after picture: a drawn scene with a tiled translucent text.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace removr::bench {

// Writes scene-marked.jpg (1280 x 853, quality 92, 4:2:0) and scene-truth.png, the same scene without the text, into
// `folder`, which is made where it is missing. kIo.
Status WriteDemo(const std::filesystem::path& folder, std::uint64_t seed);

}  // namespace removr::bench
