#include "service/store/s3_blobs.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <mutex>

#include "service/store/blob_name.h"
#include "service/store/file_descriptor.h"
#include "service/store/s3_listing.h"

namespace removr::store {
namespace {

namespace fs = std::filesystem;

// What a reader holds in memory: as many as the server has connections may be open at once.
constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr int kPageMax = 1000;  // S3's own bound
constexpr int kPagesMax = 10'000;

// A file that no name leads to: it goes with its descriptor, however the process ends.
Result<FileDescriptor> OpenSpool(const fs::path& folder) {
  std::string path = (folder / "removr-XXXXXX").string();
  FileDescriptor fd(mkostemp(path.data(), O_CLOEXEC));
  if (!fd.IsOpen() || unlink(path.c_str()) != 0) return FailErrno("cannot make " + path);
  return fd;
}

class S3Writer final : public BlobWriter {
 public:
  S3Writer(S3Client& client, std::string key, FileDescriptor spool)
      : client_(client), key_(std::move(key)), spool_(std::move(spool)) {
    crypto_hash_sha256_init(&sha256_);
  }

  Status Append(std::span<const std::uint8_t> bytes) override {
    crypto_hash_sha256_update(&sha256_, bytes.data(), bytes.size());
    size_bytes_ += static_cast<std::int64_t>(bytes.size());
    while (!bytes.empty()) {
      const ssize_t written = write(spool_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return FailErrno("cannot write to the spool folder");
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }

  Status Commit() override {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
    std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex;
    crypto_hash_sha256_final(&sha256_, digest.data());
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    return client_.Put(key_, spool_.get(), size_bytes_, hex.data());
  }

 private:
  S3Client& client_;
  const std::string key_;
  const FileDescriptor spool_;
  crypto_hash_sha256_state sha256_;
  std::int64_t size_bytes_ = 0;
};

class S3Reader final : public BlobReader {
 public:
  static Result<std::unique_ptr<BlobReader>> Open(S3Client& client, std::string key) {
    std::unique_ptr<S3Reader> reader(new S3Reader(client, std::move(key)));
    TRY(reader->Load(0));
    return std::unique_ptr<BlobReader>(std::move(reader));
  }

  std::int64_t size_bytes() const override { return size_bytes_; }

  Result<std::size_t> ReadAt(std::int64_t offset, std::span<std::uint8_t> into) override {
    const std::lock_guard lock(mutex_);
    into = into.first(std::min(into.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, size_bytes_ - offset))));
    std::size_t filled = 0;
    while (filled < into.size()) {
      const auto rest = into.subspan(filled);
      const std::int64_t at = offset + static_cast<std::int64_t>(filled);
      if (const std::size_t copied = CopyFromBlock(at, rest); copied > 0) {
        filled += copied;
      } else if (rest.size() >= kBlockBytes) {
        ASSIGN_OR_RETURN(const auto part, client_.Get(key_, at, rest, etag_));
        if (part.read_bytes != rest.size()) return Fail(ErrorCode::kIo, "s3: " + key_ + " ends early");
        filled += part.read_bytes;
      } else {
        TRY(Load(at));
      }
    }
    return filled;
  }

 private:
  S3Reader(S3Client& client, std::string key) : client_(client), key_(std::move(key)) {}

  std::size_t CopyFromBlock(std::int64_t offset, std::span<std::uint8_t> into) const {
    if (offset < block_offset_ || offset - block_offset_ >= static_cast<std::int64_t>(block_.size())) return 0;
    const auto from = std::span(block_).subspan(static_cast<std::size_t>(offset - block_offset_));
    const std::size_t count = std::min(from.size(), into.size());
    std::memcpy(into.data(), from.data(), count);
    return count;
  }

  // Reads ahead from `offset` on; the first time it learns which version it reads.
  Status Load(std::int64_t offset) {
    block_.resize(kBlockBytes);
    const auto part = client_.Get(key_, offset, block_, etag_);
    block_.resize(part ? part->read_bytes : 0);
    block_offset_ = offset;
    if (!part) return tl::unexpected<Error>(part.error());
    if (etag_.empty()) {
      size_bytes_ = part->object_bytes;
      etag_ = part->etag;
    }
    const bool is_due = offset < size_bytes_;
    if (is_due && (block_.empty() || etag_.empty())) return Fail(ErrorCode::kIo, "s3: " + key_ + " makes no sense");
    return {};
  }

  S3Client& client_;
  const std::string key_;
  std::int64_t size_bytes_ = 0;
  std::string etag_;
  std::mutex mutex_;  // over what is below
  std::vector<std::uint8_t> block_;
  std::int64_t block_offset_ = 0;
};

class S3Blobs final : public Blobs {
 public:
  S3Blobs(std::unique_ptr<S3Client> client, std::string prefix, fs::path spool_folder)
      : client_(std::move(client)), prefix_(std::move(prefix)), spool_folder_(std::move(spool_folder)) {}

  Result<std::unique_ptr<BlobWriter>> Create(std::string_view name) override {
    TRY(CheckBlobName(name));
    ASSIGN_OR_RETURN(FileDescriptor spool, OpenSpool(spool_folder_));
    return std::unique_ptr<BlobWriter>(new S3Writer(*client_, KeyOf(name), std::move(spool)));
  }

  Result<std::unique_ptr<BlobReader>> Open(std::string_view name) override {
    TRY(CheckBlobName(name));
    return S3Reader::Open(*client_, KeyOf(name));
  }

  Status Delete(std::string_view name) override {
    TRY(CheckBlobName(name));
    const Status deleted = client_->Delete(KeyOf(name));
    if (!deleted && deleted.error().code == ErrorCode::kNotFound) return {};
    return deleted;
  }

  Status DeleteFolder(std::string_view folder) override {
    ASSIGN_OR_RETURN(const auto blobs, List(folder));
    for (const BlobInfo& blob : blobs) TRY(Delete(blob.name));
    return {};
  }

  Result<std::vector<std::string>> ListFolders(std::string_view after, int limit) override {
    std::vector<std::string> folders;
    // '0' comes next after '/', so this is behind all of the folder `after`.
    const std::string start = after.empty() ? "" : KeyOf(after) + "0";
    const auto visit = [&](const S3Listing& page) {
      for (const std::string& key : page.common_prefixes) {
        const std::string_view name = NameOf(key).substr(0, NameOf(key).size() - 1);
        if (IsBlobName(name) && folders.size() < static_cast<std::size_t>(limit)) folders.emplace_back(name);
      }
      return folders.size() < static_cast<std::size_t>(limit);
    };
    TRY(VisitPages("", "/", start, visit));
    return folders;
  }

  Result<std::vector<BlobInfo>> List(std::string_view folder) override {
    TRY(CheckBlobName(folder));
    std::vector<BlobInfo> blobs;
    const auto visit = [&](const S3Listing& page) {
      for (const S3Object& object : page.objects) {
        const std::string_view name = NameOf(object.key);
        if (IsBlobName(name)) blobs.push_back({std::string(name), object.size_bytes});
      }
      return true;
    };
    TRY(VisitPages(std::string(folder) + "/", "", "", visit));
    std::sort(blobs.begin(), blobs.end(), [](const BlobInfo& a, const BlobInfo& b) { return a.name < b.name; });
    return blobs;
  }

  Status SweepLeftovers() override { return {}; }  // spool files have no name

 private:
  std::string KeyOf(std::string_view name) const { return prefix_ + std::string(name); }

  // "" for a key outside the prefix.
  std::string_view NameOf(std::string_view key) const {
    return key.starts_with(prefix_) ? key.substr(prefix_.size()) : std::string_view();
  }

  // The pages of what begins with `folder`, until `visit` returns false.
  Status VisitPages(const std::string& folder, const std::string& delimiter, const std::string& start_after,
                    const std::function<bool(const S3Listing& page)>& visit) {
    std::string next;
    for (int page_index = 0; page_index < kPagesMax; ++page_index) {
      std::vector<std::pair<std::string, std::string>> parameters = {{"prefix", KeyOf(folder)},
                                                                     {"max-keys", std::to_string(kPageMax)}};
      if (!delimiter.empty()) parameters.emplace_back("delimiter", delimiter);
      if (!start_after.empty()) parameters.emplace_back("start-after", start_after);
      if (!next.empty()) parameters.emplace_back("continuation-token", next);
      ASSIGN_OR_RETURN(const std::string xml, client_->List(std::move(parameters)));
      ASSIGN_OR_RETURN(const S3Listing page, ParseS3Listing(xml));
      if (!visit(page) || page.next.empty()) return {};
      next = page.next;
    }
    return Fail(ErrorCode::kIo, "s3: the listing of " + KeyOf(folder) + " does not end");
  }

  const std::unique_ptr<S3Client> client_;
  const std::string prefix_;
  const fs::path spool_folder_;
};

}  // namespace

Result<std::unique_ptr<Blobs>> OpenS3Blobs(std::string_view url, const BlobOptions& options, S3Patience patience) {
  ASSIGN_OR_RETURN(S3Location location, ParseS3Url(url));
  const std::string prefix = location.prefix;
  ASSIGN_OR_RETURN(auto client, S3Client::Create(std::move(location), options.s3, options.ca_file, patience));
  TRY(OpenSpool(options.spool_folder));
  std::unique_ptr<Blobs> blobs(new S3Blobs(std::move(client), prefix, options.spool_folder));
  TRY(blobs->ListFolders("", 1));
  return blobs;
}

}  // namespace removr::store
