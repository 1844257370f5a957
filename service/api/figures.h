// What the router notes about requests, for GET /metrics.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "service/http/message.h"
#include "service/http/metrics.h"

namespace removr::api {

// Thread-safe.
class Figures {
 public:
  void Note(const http::Exchange& exchange);
  void NoteRefusal(http::Fault fault) { ++refusals_[static_cast<std::size_t>(fault)]; }
  void WriteTo(http::MetricsText& text) const;

 private:
  http::DurationHistogram requests_;
  std::atomic<std::uint64_t> received_bytes_ = 0, sent_bytes_ = 0;
  std::array<std::atomic<std::uint64_t>, 5> refusals_{};  // by Fault
};

}  // namespace removr::api
