// How much one account may have stored and in hand at a time, so that no one fills the disk or takes all places: the
// files of its jobs until they expire, what it is sending now, and how many submissions it sends at once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"
#include "service/api/places.h"
#include "service/http/message.h"
#include "service/store/database.h"

namespace removr::api {

// Thread-safe; outlives its uploads.
class Quota {
 public:
  // Of the server's 48 (http::ServerOptions::uploads_max).
  static constexpr int kUploadsPerAccount = 16;

  // `bytes_max` per account; 0: any amount.
  explicit Quota(std::int64_t bytes_max) : bytes_max_(bytes_max) {}

  // A submission's body on its way in: reads `body` and counts it to its account until destroyed.
  class Upload final : public http::BodyReader {
   public:
    ~Upload() override;
    // Besides the errors of the body: kBusy beyond what the account may still store; refusal() is set then.
    Result<std::span<const std::uint8_t>> Next() override;
    bool IsStopping() const override { return body_.IsStopping(); }
    // The 429, where the quota and nothing else stands in the way. To be taken once.
    std::optional<http::Response> refusal() { return std::exchange(refusal_, std::nullopt); }

   private:
    friend class Quota;
    Upload(Quota& quota, std::string account_id, http::BodyReader& body);

    Quota& quota_;
    const std::string account_id_;
    http::BodyReader& body_;
    std::unique_ptr<Places::Place> place_;
    std::int64_t stored_bytes_ = 0;  // by jobs, when it began
    std::int64_t own_bytes_ = 0;
    std::optional<http::Response> refusal_;
  };

  // Its refusal() is set where the account sends too many submissions at once, or has no room for `announced_bytes`
  // (the Content-Length; 0: unknown). `body` outlives the upload. The database's errors.
  Result<std::unique_ptr<Upload>> Begin(store::Database& database, const std::string& account_id,
                                        std::int64_t announced_bytes, http::BodyReader& body);

 private:
  bool HasRoom(std::int64_t bytes) const { return bytes_max_ == 0 || bytes <= bytes_max_; }
  http::Response NoRoom() const;
  // Adds to what the account is sending now, and returns the sum.
  std::int64_t Count(const std::string& account_id, std::int64_t bytes);

  const std::int64_t bytes_max_;
  Places uploads_{{.all = 1 << 20, .per_name = kUploadsPerAccount}};  // the server bounds them all
  std::mutex mutex_;
  std::map<std::string, std::int64_t> sending_;  // bytes, by account
};

}  // namespace removr::api
