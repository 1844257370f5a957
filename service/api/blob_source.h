// A blob as an answer's body.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "service/http/message.h"
#include "service/store/blobs.h"

namespace removr::api {

// From `first` on.
class BlobSource final : public http::BodySource {
 public:
  explicit BlobSource(std::unique_ptr<store::BlobReader> blob, std::uint64_t first = 0)
      : blob_(std::move(blob)), offset_(static_cast<std::int64_t>(first)) {}

  Result<std::size_t> Read(std::span<std::uint8_t> buffer) override {
    ASSIGN_OR_RETURN(const std::size_t read, blob_->ReadAt(offset_, buffer));
    offset_ += static_cast<std::int64_t>(read);
    return read;
  }

  std::optional<File> file() const override {
    return blob_->fd() < 0 ? std::nullopt : std::optional(File{blob_->fd(), offset_});
  }

 private:
  std::unique_ptr<store::BlobReader> blob_;
  std::int64_t offset_;
};

}  // namespace removr::api
