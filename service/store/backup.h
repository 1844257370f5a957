// Copies a database while it is in use. Inside, this is the engine's own way: for SQLite its backup interface, which
// takes one consistent snapshot and keeps no writer waiting.
#pragma once

#include <string>

#include "base/result.h"

namespace removr::store {

// Copies the database of `url` into the new file `path`, durably. kNotFound where there is no such database, kConflict
// where `path` exists, kBadRequest for another URL, kStorageFull, kIo.
Status CopyDatabase(const std::string& url, const std::string& path);

}  // namespace removr::store
