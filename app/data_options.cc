#include "app/data_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "app/command.h"

namespace removr::app {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kFile = "file:";

// Leaves what is no path alone: whoever opens it says what is wrong with it.
std::string Absolute(const std::string& url, std::string_view scheme) {
  if (!url.starts_with(scheme)) return url;
  return std::string(scheme) + fs::absolute(url.substr(scheme.size())).lexically_normal().string();
}

}  // namespace

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void AddDataOption(CLI::App& command, DataOptions& options) {
  command.add_option("--data", options.data, "Folder of the embedded database and files")
      ->type_name("DIR")
      ->capture_default_str();
}

void AddDatabaseOption(CLI::App& command, DataOptions& options) {
  command
      .add_option("--database", options.database,
                  "sqlite:PATH or postgresql://USER@HOST/DATABASE (default: sqlite:DATA/removr.db)")
      ->type_name("URL");
}

void AddStorageOption(CLI::App& command, DataOptions& options) {
  command
      .add_option("--storage", options.storage,
                  "Where originals and results lie: file:PATH or s3://BUCKET/PREFIX?endpoint=URL&region=NAME\n"
                  "(default: file:DATA/files)")
      ->type_name("URL");
}

std::string DatabaseUrl(const DataOptions& options) {
  return Absolute(options.database.empty() ? std::string(kSqlite) + options.data + "/removr.db" : options.database,
                  kSqlite);
}

std::string StorageUrl(const DataOptions& options) {
  return Absolute(options.storage.empty() ? std::string(kFile) + options.data + "/files" : options.storage, kFile);
}

Result<std::unique_ptr<store::Database>> OpenDatabase(const DataOptions& options, Missing missing) {
  auto opened = store::Database::Open({.url = DatabaseUrl(options), .must_exist = missing == Missing::kRefuse});
  if (!opened && opened.error().code == ErrorCode::kNotFound) {
    const std::string text = fmt::format(
        "{}; give the --data or --database that the server has, or make an account first: removr account create EMAIL",
        opened.error().message);
    return Fail(ErrorCode::kNotFound, text, text);
  }
  return opened;
}

Result<std::unique_ptr<store::Blobs>> OpenStorage(const DataOptions& options) {
  store::BlobOptions blob_options;
  blob_options.s3 = {Environment("AWS_ACCESS_KEY_ID"), Environment("AWS_SECRET_ACCESS_KEY"),
                     Environment("AWS_SESSION_TOKEN")};
  blob_options.ca_file = Environment(kCaFileVariable);
  if (const std::string folder = Environment("TMPDIR"); !folder.empty()) blob_options.spool_folder = folder;
  return store::OpenBlobs(StorageUrl(options), blob_options);
}

int ReportError(const Error& error) {
  // The message is for operators, and these commands are theirs; the public text is often the better sentence.
  const std::string& text = error.public_text.empty() ? error.message : error.public_text;
  fmt::print(stderr, "removr: {}\n", text.empty() ? std::string(error.Public()) : text);
  return error.code == ErrorCode::kBadRequest ? kWrongUse : kSomeFailed;
}

}  // namespace removr::app
