#include "service/api/quota.h"

#include <chrono>
#include <utility>

#include "base/limits.h"
#include "service/api/error_map.h"
#include "service/job/stored.h"

namespace removr::api {
namespace {

constexpr std::chrono::seconds kUploadRetryAfter{2};
// Room comes as jobs expire.
constexpr std::chrono::seconds kRoomRetryAfter{600};

}  // namespace

Quota::Upload::Upload(Quota& quota, std::string account_id, http::BodyReader& body)
    : quota_(quota), account_id_(std::move(account_id)), body_(body), place_(quota.uploads_.Take(account_id_)) {}

Quota::Upload::~Upload() { quota_.Count(account_id_, -own_bytes_); }

Result<std::span<const std::uint8_t>> Quota::Upload::Next() {
  ASSIGN_OR_RETURN(const auto piece, body_.Next());
  const auto piece_bytes = static_cast<std::int64_t>(piece.size());
  own_bytes_ += piece_bytes;
  if (quota_.HasRoom(stored_bytes_ + quota_.Count(account_id_, piece_bytes))) return piece;
  refusal_ = quota_.NoRoom();
  return Fail(ErrorCode::kBusy, "the account's disk quota is used up");
}

Result<std::unique_ptr<Quota::Upload>> Quota::Begin(store::Database& database, const std::string& account_id,
                                                    std::int64_t announced_bytes, http::BodyReader& body) {
  std::unique_ptr<Upload> upload(new Upload(*this, account_id, body));
  if (!upload->place_) {
    upload->refusal_ = RateLimited(
        kUploadRetryAfter, "An account may send " + std::to_string(kUploadsPerAccount) + " submissions at once.");
    return upload;
  }
  const auto read = [&](store::Transaction& transaction) { return job::StoredBytes(transaction, account_id); };
  ASSIGN_OR_RETURN(upload->stored_bytes_, database.Read(read));
  if (!HasRoom(upload->stored_bytes_ + Count(account_id, 0) + announced_bytes)) upload->refusal_ = NoRoom();
  return upload;
}

http::Response Quota::NoRoom() const {
  return RateLimited(kRoomRetryAfter, "The account's files would take more than the " +
                                          std::to_string(bytes_max_ / kMiB) +
                                          " MiB that it may store. Delete jobs, or wait until some expire.");
}

std::int64_t Quota::Count(const std::string& account_id, std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  const std::int64_t sum = sending_[account_id] += bytes;
  if (sum == 0) sending_.erase(account_id);
  return sum;
}

}  // namespace removr::api
