#include "service/sandbox/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace removr::sandbox {
namespace {

tl::unexpected<Error> Failure(const char* what) {
  return Fail(ErrorCode::kIo, std::string("shared memory: ") + what + ": " + std::strerror(errno));
}

Result<Descriptor> NewMemory() {
  Descriptor memory(::memfd_create("removr", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory) return Failure("create");
  return memory;
}

Status Append(const Descriptor& memory, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(memory.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Failure("write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status Seal(const Descriptor& memory, int seals) {
  if (::fcntl(memory.get(), F_ADD_SEALS, seals | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return Failure("seal");
  return {};
}

}  // namespace

Result<Descriptor> SealedCopy(const std::vector<std::span<const std::uint8_t>>& parts) {
  ASSIGN_OR_RETURN(Descriptor memory, NewMemory());
  for (const auto part : parts) TRY(Append(memory, part));
  TRY(Seal(memory, F_SEAL_WRITE));
  return memory;
}

Result<Descriptor> FixedBuffer(std::int64_t size_bytes) {
  ASSIGN_OR_RETURN(Descriptor memory, NewMemory());
  if (::ftruncate(memory.get(), size_bytes) != 0) return Failure("size");
  TRY(Seal(memory, 0));
  return memory;
}

Result<Mapping> Mapping::Create(const Descriptor& memory, std::int64_t size_bytes, Access access) {
  struct stat status = {};
  if (::fstat(memory.get(), &status) != 0) return Failure("stat");
  if (size_bytes < 0 || status.st_size < size_bytes) return Fail(ErrorCode::kIo, "shared memory: smaller than said");
  if (size_bytes == 0) return Mapping({});
  const bool write = access == Access::kWrite;
  const auto size = static_cast<std::size_t>(size_bytes);
  void* address = ::mmap(nullptr, size, write ? PROT_READ | PROT_WRITE : PROT_READ, write ? MAP_SHARED : MAP_PRIVATE,
                         memory.get(), 0);
  if (address == MAP_FAILED) return Failure("map");
  return Mapping({static_cast<std::uint8_t*>(address), size});
}

Mapping::~Mapping() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

}  // namespace removr::sandbox
