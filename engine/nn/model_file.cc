#include "engine/nn/model_file.h"

#include <fstream>
#include <system_error>

namespace removr::nn {

Status CheckModelFile(const std::filesystem::path& file) {
  std::error_code error;
  const auto size_bytes = std::filesystem::file_size(file, error);
  if (error) return Fail(ErrorCode::kIo, "network " + file.string() + ": " + error.message());
  if (size_bytes == 0) return Fail(ErrorCode::kIo, "network " + file.string() + " is empty");
  if (size_bytes > kModelMaxBytes) return Fail(ErrorCode::kIo, "network " + file.string() + " is larger than 64 MiB");
  // onnx.proto: a ModelProto begins with ir_version, field 1, a varint. Runtimes guess at length what anything else may
  // be.
  if (std::ifstream(file, std::ios::binary).get() != 0x08) {
    return Fail(ErrorCode::kInternal, "network " + file.string() + " is not an ONNX file");
  }
  return {};
}

}  // namespace removr::nn
