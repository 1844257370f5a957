// Files that the service keeps for a while: originals and results. A blob is written once, becomes visible whole, and
// is never changed afterwards.
//
// Names are made by the service, never by a user: 1 to 200 characters of a-z, 0-9, '.', '_', '-' in parts divided by
// '/', no part empty or beginning with '.'. A name of another form is kInternal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace removr::store {

// Writes one blob. Used by one thread at a time. Nothing is visible before Commit has succeeded; destroyed without it,
// what was written is removed.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;

  // kStorageFull where the device or a quota is full, kIo for other failures. After an error only destruction makes
  // sense.
  virtual Status Append(std::span<const std::uint8_t> bytes) = 0;

  // Makes the blob durable (it survives a crash of the machine) and then visible, in one step; a blob of that name that
  // was there is replaced. On an error nothing is visible; after kBusy, where a network lost the answer, the whole blob
  // may be. To be called once.
  virtual Status Commit() = 0;
};

// An open blob, always with the same bytes. Where the blob is deleted or replaced meanwhile, a file stays readable; of
// an object elsewhere, what is not read yet becomes kNotFound. Thread-safe.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual std::int64_t size_bytes() const = 0;

  // Fills `into` from `offset` on and returns how many bytes it filled: all of `into`, or fewer at the blob's end, 0
  // beyond it.
  virtual Result<std::size_t> ReadAt(std::int64_t offset, std::span<std::uint8_t> into) = 0;

  // A descriptor for sendfile and pread, owned by the reader; -1 where the storage has none. Its own offset means
  // nothing.
  virtual int fd() const { return -1; }
};

struct BlobInfo {
  std::string name;
  std::int64_t size_bytes = 0;
};

struct BlobSpace {
  std::int64_t free_bytes = 0;
  std::int64_t total_bytes = 0;
};

// Thread-safe, and so are several processes on one storage. Everything may fail with kIo, and where the storage is
// elsewhere with kBusy: it does not answer now, and another time it may.
class Blobs {
 public:
  virtual ~Blobs() = default;

  // Begins a blob. kStorageFull.
  virtual Result<std::unique_ptr<BlobWriter>> Create(std::string_view name) = 0;

  // kNotFound where no such blob is visible.
  virtual Result<std::unique_ptr<BlobReader>> Open(std::string_view name) = 0;

  // A missing blob is no error.
  virtual Status Delete(std::string_view name) = 0;

  // Deletes every blob of one folder: all whose names begin with `folder` + '/'. A missing folder is no error.
  virtual Status DeleteFolder(std::string_view folder) = 0;

  // Up to `limit` top-level folders after `after` ("" begins), in the byte order of their names with a '/' behind: to
  // walk through everything.
  virtual Result<std::vector<std::string>> ListFolders(std::string_view after, int limit) = 0;

  // The blobs of one folder in byte order. A missing folder is empty.
  virtual Result<std::vector<BlobInfo>> List(std::string_view folder) = 0;

  // The room of the device below; nullopt where the storage has no such bound.
  virtual std::optional<BlobSpace> Space() { return std::nullopt; }

  // Removes what crashed writers left behind. Never touches what a living writer, of any process, has in hand.
  virtual Status SweepLeftovers() = 0;
};

struct S3Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // "": none
};

// What a storage elsewhere needs besides its URL.
struct BlobOptions {
  S3Credentials s3 = {};
  std::string ca_file = {};                         // PEM of who vouches for an https server; "": the system's
  std::filesystem::path spool_folder = "/var/tmp";  // on a disk; a blob waits here until it is whole
};

// Storage for a URL. kBadRequest for another form, kIo; kBusy where a storage elsewhere does not answer.
//   file:PATH                                      a folder, which is made where it is missing
//   s3://BUCKET/PREFIX?endpoint=URL&region=NAME    see s3_location.h
Result<std::unique_ptr<Blobs>> OpenBlobs(std::string_view url, const BlobOptions& options = {});

// The whole blob in memory. kFileTooLarge where it has more than `size_max_bytes`, else as Open and ReadAt.
Result<std::vector<std::uint8_t>> ReadAll(Blobs& blobs, std::string_view name, std::int64_t size_max_bytes);

}  // namespace removr::store
