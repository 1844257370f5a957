// Memory that travels between processes as a file descriptor (memfd_create(2)), sealed so that neither side can spoil
// the other's mapping of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "service/sandbox/descriptor.h"

namespace removr::sandbox {

// The parts one behind the other. Nobody can change, grow or shrink it any more. kIo where memory runs out.
Result<Descriptor> SealedCopy(const std::vector<std::span<const std::uint8_t>>& parts);

// Zeros that may be written, but neither grow nor shrink. Takes memory as it is written, `size_bytes` at most. kIo.
Result<Descriptor> FixedBuffer(std::int64_t size_bytes);

// A view of such memory, for as long as it lives.
class Mapping {
 public:
  enum class Access { kRead, kWrite };
  // kIo where `size_bytes` is more than there is.
  static Result<Mapping> Create(const Descriptor& memory, std::int64_t size_bytes, Access access);
  ~Mapping();
  Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  std::span<std::uint8_t> bytes() const { return bytes_; }

 private:
  explicit Mapping(std::span<std::uint8_t> bytes) : bytes_(bytes) {}
  std::span<std::uint8_t> bytes_;
};

}  // namespace removr::sandbox
