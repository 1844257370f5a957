// Which names blobs may have (blobs.h). For the storages.
#pragma once

#include <string_view>

#include "base/result.h"

namespace removr::store {

bool IsBlobName(std::string_view name);
// kInternal where it is none: names are made by the service.
Status CheckBlobName(std::string_view name);

}  // namespace removr::store
