// How many event streams are open, in all and by account: each holds a connection, and asks the database twice a
// second.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace removr::api {

// Thread-safe; outlives its places.
class EventStreams {
 public:
  static constexpr int kMax = 128;
  static constexpr int kMaxPerAccount = 4;

  // Held for as long as the stream lives.
  class Place {
   public:
    Place(EventStreams& streams, std::string account_id) : streams_(streams), account_id_(std::move(account_id)) {}
    ~Place() { streams_.Release(account_id_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    EventStreams& streams_;
    const std::string account_id_;
  };

  // Null where there are too many.
  std::unique_ptr<Place> Take(const std::string& account_id) {
    const std::lock_guard lock(mutex_);
    int& of_account = by_account_[account_id];
    if (all_ >= kMax || of_account >= kMaxPerAccount) {
      if (of_account == 0) by_account_.erase(account_id);
      return nullptr;
    }
    ++all_;
    ++of_account;
    return std::make_unique<Place>(*this, account_id);
  }

 private:
  void Release(const std::string& account_id) {
    const std::lock_guard lock(mutex_);
    --all_;
    if (const auto found = by_account_.find(account_id); --found->second == 0) by_account_.erase(found);
  }

  std::mutex mutex_;
  int all_ = 0;
  std::map<std::string, int> by_account_;
};

}  // namespace removr::api
