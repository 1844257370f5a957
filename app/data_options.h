// --data, --database and --storage, as serve, account and key share them.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "service/store/blobs.h"
#include "service/store/database.h"

namespace CLI {
class App;
}

namespace removr::app {

struct DataOptions {
  std::string data = "data";
  std::string database;  // empty: sqlite:DATA/removr.db; may hold a password
  std::string storage;   // empty: file:DATA/files
};

void AddDataOption(CLI::App& command, DataOptions& options);
void AddDatabaseOption(CLI::App& command, DataOptions& options);
void AddStorageOption(CLI::App& command, DataOptions& options);

// Absolute, so that they mean the same in a process with another working directory.
std::string DatabaseUrl(const DataOptions& options);
std::string StorageUrl(const DataOptions& options);

enum class Missing { kMake, kRefuse };

// Opens the database and brings its schema up to date. With kRefuse, kNotFound where it is not there, so that a command
// given the wrong folder or server does not make an empty one and look there.
Result<std::unique_ptr<store::Database>> OpenDatabase(const DataOptions& options, Missing missing);

// "" where it is not set.
std::string Environment(const char* name);
// OpenSSL's own, which names a file with the certificates that vouch for servers.
inline constexpr const char* kCaFileVariable = "SSL_CERT_FILE";

// Opens the storage, with the credentials that the environment has (settings.h), and $TMPDIR or /var/tmp to spool in.
Result<std::unique_ptr<store::Blobs>> OpenStorage(const DataOptions& options);

// Prints the error for a person, with what to do next where that is known, and returns the exit status for it.
int ReportError(const Error& error);

}  // namespace removr::app
