#include "app/files.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

namespace removr::app {
namespace fs = std::filesystem;
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Removes the temporary file unless it was renamed away.
class Temporary {
 public:
  explicit Temporary(fs::path path) : path_(std::move(path)) {}
  ~Temporary() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  void Release() { path_.clear(); }

 private:
  fs::path path_;
};

tl::unexpected<Error> FailErrno(const char* action, const fs::path& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  const std::string text = std::generic_category().message(error);
  return Fail(full ? ErrorCode::kStorageFull : ErrorCode::kIo,
              std::string("cannot ") + action + " " + PrintablePath(path) + ": " + text,
              std::string("cannot ") + action + " the file: " + text);
}

Status WriteAll(int fd, std::span<const std::uint8_t> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FailErrno("write", path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return FailErrno("write", path, errno);
  return {};
}

// Renames without replacing. Where the file system cannot do that in one step (EINVAL), it is looked up first.
int RenameNew(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  struct stat status = {};
  if (::lstat(to.c_str(), &status) == 0) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

// A name may have 255 bytes; the temporary one keeps a part of the final one, so that a leftover tells where it is
// from.
fs::path TemporaryName(const fs::path& path) {
  const std::string name = path.filename().string().substr(0, 200);
  return path.parent_path() / ("." + name + ".removr-" + std::to_string(::getpid()) + "~");
}

// Length of the well-formed UTF-8 sequence that `text` begins with (Unicode 15, table 3-7), 0 where there is none.
std::size_t Utf8Length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                             : first >= 0xE0 && first <= 0xEF ? 3
                             : first >= 0xF0 && first <= 0xF4 ? 4
                                                              : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool surrogate = first == 0xED && byte(1) > 0x9F;
  const bool beyond = first == 0xF4 && byte(1) > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

Result<std::vector<std::uint8_t>> ReadWhole(const fs::path& path) {
  // O_NONBLOCK: a named pipe without a writer must not hang the run.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok() && errno == ENOENT)
    return Fail(ErrorCode::kNotFound, PrintablePath(path) + " is not there", "no such file");
  if (!file.ok()) return FailErrno("read", path, errno);
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return FailErrno("read", path, errno);
  if (!S_ISREG(status.st_mode)) return Fail(ErrorCode::kIo, PrintablePath(path) + " is no file", "not a regular file");
  if (status.st_size > kInputMaxBytes) {
    return Fail(ErrorCode::kFileTooLarge, PrintablePath(path) + " is larger than 1 GB", "the file is larger than 1 GB");
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailErrno("read", path, errno);
    if (got == 0) break;  // the file shrank meanwhile
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

Status WriteWhole(const fs::path& path, std::span<const std::uint8_t> bytes, Existing existing) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return FailErrno("make the folder", folder, error.value());

  const fs::path temporary = TemporaryName(path);
  ::unlink(temporary.c_str());  // left by a killed process that had our id
  const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.ok()) return FailErrno("write", path, errno);
  Temporary guard(temporary);
  TRY(WriteAll(file.get(), bytes, path));

  if (existing == Existing::kKeep) {
    const int failed = RenameNew(temporary, path);
    if (failed == EEXIST) return Fail(ErrorCode::kConflict, PrintablePath(path) + " is there already");
    if (failed != 0) return FailErrno("write", path, failed);
  } else if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return FailErrno("write", path, errno);
  }
  guard.Release();
  const Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.ok()) ::fsync(parent.get());  // some file systems cannot, and the file is whole without it
  return {};
}

std::string Sha256Hex(std::span<const std::uint8_t> bytes) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, bytes.data(), bytes.size());
  std::string hex(2 * sizeof(hash) + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash, sizeof(hash));
  hex.pop_back();
  return hex;
}

std::string PrintablePath(const fs::path& path) {
  const std::string& bytes = path.native();
  std::string text;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = Utf8Length(std::string_view(bytes).substr(i));
    const bool control = length == 1 && (static_cast<unsigned char>(bytes[i]) < 0x20 || bytes[i] == 0x7F);
    text += length == 0 ? "\xEF\xBF\xBD" : control ? "?" : bytes.substr(i, length);
    i += length == 0 ? 1 : length;
  }
  return text;
}

}  // namespace removr::app
