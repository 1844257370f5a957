// How many of something are in hand at once, in all and by name (an account, an address): event streams, uploads.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace removr::api {

struct PlacesMax {
  int all = 0;
  int per_name = 0;
};

// Thread-safe; outlives its places.
class Places {
 public:
  explicit Places(PlacesMax max) : max_(max) {}

  // Held for as long as it lives.
  class Place {
   public:
    Place(Places& places, std::string name) : places_(places), name_(std::move(name)) {}
    ~Place() { places_.Release(name_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Places& places_;
    const std::string name_;
  };

  // Null where there are too many.
  std::unique_ptr<Place> Take(const std::string& name) {
    const std::lock_guard lock(mutex_);
    int& of_name = by_name_[name];
    if (all_ >= max_.all || of_name >= max_.per_name) {
      if (of_name == 0) by_name_.erase(name);
      return nullptr;
    }
    ++all_;
    ++of_name;
    return std::make_unique<Place>(*this, name);
  }

 private:
  void Release(const std::string& name) {
    const std::lock_guard lock(mutex_);
    --all_;
    if (const auto found = by_name_.find(name); --found->second == 0) by_name_.erase(found);
  }

  const PlacesMax max_;
  std::mutex mutex_;
  int all_ = 0;
  std::map<std::string, int> by_name_;
};

}  // namespace removr::api
