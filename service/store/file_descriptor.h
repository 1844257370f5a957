// Owns a POSIX file descriptor; inside this folder only.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/result.h"

namespace removr::store {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  bool IsOpen() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

// The Error for `errno` after a failed call. A quota and a file size limit count as a full device.
inline tl::unexpected<Error> FailErrno(const std::string& what) {
  const int error = errno;
  const bool is_full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  return Fail(is_full ? ErrorCode::kStorageFull : ErrorCode::kIo, what + ": " + std::strerror(error));
}

}  // namespace removr::store
