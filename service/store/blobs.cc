#include "service/store/blobs.h"

#include "service/store/file_blobs.h"
#include "service/store/s3_blobs.h"

namespace removr::store {

Result<std::unique_ptr<Blobs>> OpenBlobs(std::string_view url, const BlobOptions& options) {
  constexpr std::string_view kFile = "file:";
  if (url.starts_with("s3:")) return OpenS3Blobs(url, options);
  if (url.starts_with(kFile) && url.size() > kFile.size()) return OpenFileBlobs(url.substr(kFile.size()));
  return Fail(ErrorCode::kBadRequest, "a storage URL of no known form",
              "The storage URL must have the form file:PATH or s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME.");
}

Result<std::vector<std::uint8_t>> ReadAll(Blobs& blobs, std::string_view name, std::int64_t size_max_bytes) {
  ASSIGN_OR_RETURN(const auto reader, blobs.Open(name));
  if (reader->size_bytes() > size_max_bytes) {
    return Fail(ErrorCode::kFileTooLarge,
                std::string(name) + " has " + std::to_string(reader->size_bytes()) + " bytes");
  }
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(reader->size_bytes()));
  ASSIGN_OR_RETURN(const std::size_t read, reader->ReadAt(0, bytes));
  if (read != bytes.size()) return Fail(ErrorCode::kIo, std::string(name) + " ends early");
  return bytes;
}

}  // namespace removr::store
