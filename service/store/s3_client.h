// Signed requests to one S3 bucket: libcurl and its Signature Version 4, with connections kept, timeouts, and tries
// again. What a blob is, s3_blobs.cc knows. Thread-safe.
//
// Errors, everywhere:
//   kBusy         the server could not be reached, was silent, or answered 429 or 5xx, after all tries
//   kStorageFull  it has no room, or a quota is used up
//   kNotFound     there is no such object, or not that version any more (If-Match)
//   kIo           it refused or made no sense: credentials, bucket, region, clock
// A message names method, key, status and S3's code, and no secret.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "service/store/blobs.h"
#include "service/store/s3_location.h"

namespace removr::store {

// How long a dead server is waited for. A caller that holds a lease outlives all of it.
struct S3Patience {
  std::chrono::milliseconds connect{5'000};
  std::chrono::seconds stall{15};             // below a kilobyte a second
  std::chrono::seconds whole{300};            // for one try
  std::chrono::milliseconds first_wait{200};  // before the second try; twice as long before each further one
  std::chrono::seconds young{15};             // after this long no further try begins
  int tries_max = 4;
};

struct S3Request;
struct S3Answer;

class S3Client {
 public:
  // kBadRequest where the credentials are missing or malformed.
  static Result<std::unique_ptr<S3Client>> Create(S3Location location, S3Credentials credentials,
                                                  std::string ca_file = {}, S3Patience patience = {});
  ~S3Client();

  struct Part {
    std::int64_t object_bytes = 0;  // the whole object's size
    std::size_t read_bytes = 0;     // of `into`; fewer than it holds at the object's end
    std::string etag;
  };
  // Reads from `offset` on into `into`, which is not empty. With an `etag`, of that version alone. An offset at or
  // beyond the end reads nothing.
  Result<Part> Get(std::string_view key, std::int64_t offset, std::span<std::uint8_t> into, std::string_view etag = {});

  // Writes an object of the file's `size_bytes`, whole or not at all; after kBusy it may have been written
  // nevertheless, where the answer was lost. `sha256_hex` is the content's, and the server checks it.
  Status Put(std::string_view key, int fd, std::int64_t size_bytes, std::string_view sha256_hex);

  Status Delete(std::string_view key);

  // ListObjectsV2: one page, as XML. `parameters` beside list-type, unescaped.
  Result<std::string> List(std::vector<std::pair<std::string, std::string>> parameters);

 private:
  S3Client(S3Location location, S3Credentials credentials, std::string ca_file, S3Patience patience);
  std::string UrlOf(const S3Request& request) const;
  Result<S3Answer> Send(const S3Request& request);
  Result<S3Answer> SendOnce(const S3Request& request);
  void* TakeHandle();
  void GiveBack(void* handle);

  const S3Location location_;
  const S3Credentials credentials_;
  const std::string ca_file_;
  const S3Patience patience_;
  std::mutex mutex_;
  std::vector<void*> idle_;  // libcurl's handles, with their open connections
};

}  // namespace removr::store
