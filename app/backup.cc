// removr backup and removr restore: everything of a service in one folder (removr.db and files/), taken while it runs,
// wherever its storage is.
#include "service/store/backup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/data_options.h"
#include "base/clock.h"
#include "base/limits.h"
#include "service/job/retention.h"
#include "service/ledger/ledger.h"
#include "service/store/blobs.h"
#include "service/store/database.h"

namespace removr::app {
namespace {

namespace fs = std::filesystem;

struct BackupOptions {
  DataOptions data;
  std::string folder;  // of the backup
};

struct Copied {
  std::int64_t files = 0;
  std::int64_t bytes = 0;
};

Status Refuse(const std::string& text) { return Fail(ErrorCode::kConflict, text, text); }

bool IsThere(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) && !(fs::is_directory(path, error) && fs::is_empty(path, error));
}

// A blob that has gone meanwhile is no error: EndJobsWithoutFiles deals with its record.
Status CopyBlob(store::Blobs& from, store::Blobs& to, const std::string& name, Copied& copied) {
  auto reader = from.Open(name);
  if (!reader && reader.error().code == ErrorCode::kNotFound) return {};
  if (!reader) return tl::unexpected<Error>(reader.error());
  ASSIGN_OR_RETURN(const auto writer, to.Create(name));
  std::vector<std::uint8_t> block(kMiB);
  for (std::int64_t offset = 0;;) {
    ASSIGN_OR_RETURN(const std::size_t read, (*reader)->ReadAt(offset, block));
    if (read == 0) break;
    TRY(writer->Append(std::span(block).first(read)));
    offset += static_cast<std::int64_t>(read);
    copied.bytes += static_cast<std::int64_t>(read);
  }
  ++copied.files;
  return writer->Commit();
}

// From where to where. The files go into the folder of the database, or into a storage elsewhere.
struct Route {
  std::string database_url;
  store::Blobs& from_blobs;
  store::Blobs* elsewhere = nullptr;
};

// The database first and the files after: what it names and is not there any more has expired or was deleted meanwhile.
Status CopyAll(const Route& route, const fs::path& to, Copied& copied) {
  const std::string database_path = (to / "removr.db").string();
  TRY(store::CopyDatabase(route.database_url, database_path));
  ASSIGN_OR_RETURN(const auto database, store::Database::Open({.url = "sqlite:" + database_path}));
  std::unique_ptr<store::Blobs> beside;
  if (route.elsewhere == nullptr) {
    ASSIGN_OR_RETURN(beside, store::OpenBlobs("file:" + (to / "files").string()));
  }
  store::Blobs& to_blobs = route.elsewhere != nullptr ? *route.elsewhere : *beside;
  ASSIGN_OR_RETURN(const auto jobs, database->Read(job::JobsWithFiles));
  for (const std::string& job : jobs) {
    ASSIGN_OR_RETURN(const auto blobs, route.from_blobs.List(job));
    for (const store::BlobInfo& blob : blobs) TRY(CopyBlob(route.from_blobs, to_blobs, blob.name, copied));
  }
  TRY(job::EndJobsWithoutFiles(*database, to_blobs, SystemClock().Now()));
  ASSIGN_OR_RETURN(const auto check, database->Read([](store::Transaction& transaction) {
    return transaction.QueryOne("PRAGMA integrity_check(1)");
  }));
  ASSIGN_OR_RETURN(const auto audit, database->Read(ledger::AuditAll));
  if (!check || check->Text(0) != "ok" || !audit.Sound()) {
    return Fail(ErrorCode::kIo, "the copied database is not sound; the service's own needs to be looked at");
  }
  return {};
}

// Copies into a folder beside `target` that takes its name when it is whole.
Status CopyInto(const Route& route, const fs::path& target, Copied& copied) {
  fs::path partial = target;
  partial += ".partial-" + std::to_string(::getpid());
  std::error_code error;
  fs::create_directories(partial, error);
  if (error) return Fail(ErrorCode::kIo, "cannot make " + partial.string() + ": " + error.message());
  Status done = CopyAll(route, partial, copied);
  if (done) {
    fs::remove(target, error);  // an empty folder
    fs::rename(partial, target, error);
    if (error) done = Fail(ErrorCode::kIo, "cannot make " + target.string() + ": " + error.message());
  }
  if (!done) fs::remove_all(partial, error);
  return done;
}

fs::path Target(const std::string& text) {
  fs::path path = fs::absolute(text).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

void Say(const std::string& what, const fs::path& where, const Copied& copied) {
  fmt::print("{} {}: {} files, {} MiB\n", what, where.string(), copied.files, copied.bytes / kMiB);
}

Status RunBackup(const BackupOptions& options) {
  const fs::path target = Target(options.folder);
  if (IsThere(target))
    return Refuse(fmt::format("{} is there already; a backup goes into a new folder", target.string()));
  Copied copied;
  ASSIGN_OR_RETURN(const auto blobs, OpenStorage(options.data));
  TRY(CopyInto({DatabaseUrl(options.data), *blobs}, target, copied));
  Say("backed up to", target, copied);
  return {};
}

Status RunRestore(const BackupOptions& options) {
  const fs::path source = Target(options.folder), target = Target(options.data.data);
  if (!IsThere(source / "removr.db"))
    return Refuse(fmt::format("{} is no backup: it has no removr.db", source.string()));
  if (IsThere(target)) {
    return Refuse(
        fmt::format("{} is there already; restore into a new folder, then start the server with it", target.string()));
  }
  Copied copied;
  ASSIGN_OR_RETURN(const auto blobs, store::OpenBlobs("file:" + (source / "files").string()));
  std::unique_ptr<store::Blobs> elsewhere;
  if (!options.data.storage.empty()) {
    ASSIGN_OR_RETURN(elsewhere, OpenStorage(options.data));
  }
  TRY(CopyInto({"sqlite:" + (source / "removr.db").string(), *blobs, elsewhere.get()}, target, copied));
  Say("restored to", target, copied);
  return {};
}

CLI::App* Add(CLI::App& program, int& status, const std::shared_ptr<BackupOptions>& options, const char* name,
              const char* description, Status (*run)(const BackupOptions&)) {
  CLI::App* command = program.add_subcommand(name, description);
  AddDataOption(*command, options->data);
  command->add_option("FOLDER", options->folder, "The backup's folder")->required()->type_name("");
  command->callback([options, run, &status] {
    const Status result = run(*options);
    status = result ? kAllDone : ReportError(result.error());
  });
  return command;
}

}  // namespace

void AddBackup(CLI::App& program, int& status) {
  const auto options = std::make_shared<BackupOptions>();
  CLI::App* command = Add(program, status, options, "backup",
                          "Copy a service's database and files into a new folder, while it runs.", RunBackup);
  AddDatabaseOption(*command, options->data);
  AddStorageOption(*command, options->data);
}

void AddRestore(CLI::App& program, int& status) {
  const auto options = std::make_shared<BackupOptions>();
  CLI::App* command = Add(program, status, options, "restore",
                          "Make a new --data folder from a backup; it goes on where the backup was taken.", RunRestore);
  AddStorageOption(*command, options->data);
}

}  // namespace removr::app
