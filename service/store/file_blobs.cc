#include "service/store/file_blobs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "service/store/blob_name.h"
#include "service/store/file_descriptor.h"
#include "service/store/random_id.h"

namespace removr::store {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFileMode = 0600;  // photographs of customers
constexpr mode_t kFolderMode = 0700;

Status SyncFolder(const fs::path& folder) {
  const FileDescriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.IsOpen() || fsync(fd.get()) != 0) return FailErrno("cannot sync " + folder.string());
  return {};
}

// Makes `folder` and what is missing above it, below `root`, so that it survives a crash.
Status MakeFolder(const fs::path& root, const fs::path& folder) {
  if (mkdir(folder.c_str(), kFolderMode) == 0) return SyncFolder(folder.parent_path());
  if (errno == EEXIST) return {};
  if (errno != ENOENT || folder == root) return FailErrno("cannot make " + folder.string());
  TRY(MakeFolder(root, folder.parent_path()));
  return MakeFolder(root, folder);
}

class FileWriter final : public BlobWriter {
 public:
  FileWriter(FileDescriptor fd, fs::path temporary, fs::path root, fs::path path)
      : fd_(std::move(fd)), temporary_(std::move(temporary)), root_(std::move(root)), path_(std::move(path)) {}

  ~FileWriter() override {
    if (!committed_) unlink(temporary_.c_str());
  }

  Status Append(std::span<const std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = write(fd_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return FailErrno("cannot write " + temporary_.string());
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }

  Status Commit() override {
    if (fsync(fd_.get()) != 0) return FailErrno("cannot sync " + temporary_.string());
    TRY(Name());
    committed_ = true;
    if (Status synced = SyncFolder(path_.parent_path()); !synced) {
      unlink(path_.c_str());
      return synced;
    }
    return {};
  }

 private:
  // A sweep may delete the folder, empty until now, between the two steps: then it is made again.
  Status Name() {
    for (int attempt = 0; attempt < 3; ++attempt) {
      TRY(MakeFolder(root_, path_.parent_path()));
      if (rename(temporary_.c_str(), path_.c_str()) == 0) return {};
      if (errno != ENOENT) break;
    }
    return FailErrno("cannot name " + path_.string());
  }

  FileDescriptor fd_;  // locked while it lives, which tells SweepLeftovers that its writer does
  const fs::path temporary_;
  const fs::path root_;
  const fs::path path_;
  bool committed_ = false;
};

class FileReader final : public BlobReader {
 public:
  FileReader(FileDescriptor fd, std::int64_t size_bytes) : fd_(std::move(fd)), size_bytes_(size_bytes) {}

  std::int64_t size_bytes() const override { return size_bytes_; }
  int fd() const override { return fd_.get(); }

  Result<std::size_t> ReadAt(std::int64_t offset, std::span<std::uint8_t> into) override {
    std::size_t filled = 0;
    while (filled < into.size()) {
      const ssize_t count = pread(fd_.get(), into.data() + filled, into.size() - filled,
                                  static_cast<off_t>(offset + static_cast<std::int64_t>(filled)));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return FailErrno("cannot read a blob");
      if (count == 0) break;
      filled += static_cast<std::size_t>(count);
    }
    return filled;
  }

 private:
  const FileDescriptor fd_;
  const std::int64_t size_bytes_;
};

// The names in a folder that `wanted` picks, in byte order; none where it is missing.
Result<std::vector<std::string>> ReadFolder(const fs::path& folder,
                                            const std::function<bool(const std::string& name)>& wanted) {
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(opendir(folder.c_str()), [](DIR* open) { return closedir(open); });
  std::vector<std::string> names;
  if (!dir && errno == ENOENT) return names;
  if (!dir) return FailErrno("cannot list " + folder.string());
  while (const dirent* entry = readdir(dir.get())) {
    if (std::string name = entry->d_name; wanted(name)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

class FileBlobs final : public Blobs {
 public:
  explicit FileBlobs(fs::path root) : root_(std::move(root)), temporary_(root_ / ".tmp") {}

  Result<std::unique_ptr<BlobWriter>> Create(std::string_view name) override {
    TRY(CheckBlobName(name));
    // A sweep may find the new file before it is locked, and remove it: then there is another.
    for (int attempt = 0; attempt < 10; ++attempt) {
      const fs::path temporary = temporary_ / RandomId();
      FileDescriptor fd(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
      struct stat info;
      if (!fd.IsOpen() || flock(fd.get(), LOCK_EX) != 0 || fstat(fd.get(), &info) != 0) {
        return FailErrno("cannot make " + temporary.string());
      }
      if (info.st_nlink == 0) continue;
      return std::unique_ptr<BlobWriter>(new FileWriter(std::move(fd), temporary, root_, root_ / name));
    }
    return Fail(ErrorCode::kIo, "new files in " + temporary_.string() + " vanish");
  }

  Result<std::unique_ptr<BlobReader>> Open(std::string_view name) override {
    TRY(CheckBlobName(name));
    FileDescriptor fd(open((root_ / name).c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info;
    if (!fd.IsOpen() && (errno == ENOENT || errno == ENOTDIR)) {
      return Fail(ErrorCode::kNotFound, "no blob " + std::string(name));
    }
    if (!fd.IsOpen() || fstat(fd.get(), &info) != 0) return FailErrno("cannot open " + std::string(name));
    if (!S_ISREG(info.st_mode)) return Fail(ErrorCode::kNotFound, std::string(name) + " is a folder");
    return std::unique_ptr<BlobReader>(new FileReader(std::move(fd), info.st_size));
  }

  std::optional<BlobSpace> Space() override {
    std::error_code error;
    const fs::space_info space = fs::space(root_, error);
    if (error) return std::nullopt;
    return BlobSpace{static_cast<std::int64_t>(space.available), static_cast<std::int64_t>(space.capacity)};
  }

  Status Delete(std::string_view name) override {
    TRY(CheckBlobName(name));
    if (unlink((root_ / name).c_str()) != 0 && errno != ENOENT) return FailErrno("cannot delete " + std::string(name));
    return {};
  }

  Status DeleteFolder(std::string_view folder) override {
    TRY(CheckBlobName(folder));
    std::error_code error;
    fs::remove_all(root_ / folder, error);
    // A blob that arrives meanwhile keeps the folder; it is for a later call.
    if (error && error != std::errc::directory_not_empty) {
      return Fail(ErrorCode::kIo, "cannot delete " + std::string(folder) + ": " + error.message());
    }
    return {};
  }

  Result<std::vector<std::string>> ListFolders(std::string_view after, int limit) override {
    const std::string begin = after.empty() ? "" : std::string(after) + "/";
    ASSIGN_OR_RETURN(auto names, ReadFolder(root_, [&](const std::string& name) {
                       return name + "/" > begin && IsBlobName(name) && fs::is_directory(root_ / name);
                     }));
    std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a + "/" < b + "/"; });
    if (names.size() > static_cast<std::size_t>(limit)) names.resize(static_cast<std::size_t>(limit));
    return names;
  }

  Result<std::vector<BlobInfo>> List(std::string_view folder) override {
    TRY(CheckBlobName(folder));
    ASSIGN_OR_RETURN(const auto names,
                     ReadFolder(root_ / folder, [](const std::string& name) { return IsBlobName(name); }));
    std::vector<BlobInfo> blobs;
    for (const std::string& name : names) {
      struct stat info;
      const std::string blob = std::string(folder) + "/" + name;
      if (stat((root_ / blob).c_str(), &info) != 0) continue;  // deleted meanwhile
      if (S_ISREG(info.st_mode)) {
        blobs.push_back({blob, info.st_size});
      } else {
        ASSIGN_OR_RETURN(auto below, List(blob));
        std::move(below.begin(), below.end(), std::back_inserter(blobs));
      }
    }
    std::sort(blobs.begin(), blobs.end(), [](const BlobInfo& a, const BlobInfo& b) { return a.name < b.name; });
    return blobs;
  }

  Status SweepLeftovers() override {
    ASSIGN_OR_RETURN(const auto names, ReadFolder(temporary_, [](const std::string& name) { return name[0] != '.'; }));
    for (const std::string& name : names) {
      const fs::path path = temporary_ / name;
      const FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
      if (fd.IsOpen() && flock(fd.get(), LOCK_EX | LOCK_NB) == 0) unlink(path.c_str());
    }
    return {};
  }

 private:
  const fs::path root_;
  const fs::path temporary_;  // on the same file system as what it becomes, for rename
};

}  // namespace

Result<std::unique_ptr<Blobs>> OpenFileBlobs(const fs::path& root) {
  std::error_code error;
  fs::create_directories(root, error);
  if (error) return Fail(ErrorCode::kIo, "cannot make " + root.string() + ": " + error.message());
  TRY(MakeFolder(root, root / ".tmp"));
  return std::unique_ptr<Blobs>(new FileBlobs(root));
}

}  // namespace removr::store
