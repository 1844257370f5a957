// Blobs as plain files: ROOT/name, and ROOT/.tmp for what is being written. For blobs.cc and tests; others use
// OpenBlobs.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "service/store/blobs.h"

namespace removr::store {

// ROOT is made where it is missing. kIo where it cannot be used.
Result<std::unique_ptr<Blobs>> OpenFileBlobs(const std::filesystem::path& root);

}  // namespace removr::store
