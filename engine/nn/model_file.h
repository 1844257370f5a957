// A network's file, checked before a runtime sees it.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace removr::nn {

inline constexpr std::uintmax_t kModelMaxBytes = 64u << 20;  // ours have a few MB

// kIo where there is no such file, or its size is 0 or above kModelMaxBytes; kInternal where it does not begin like
// ONNX.
Status CheckModelFile(const std::filesystem::path& file);

}  // namespace removr::nn
