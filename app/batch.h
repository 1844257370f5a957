// Many images through a few threads, their results handed out in the order of the inputs.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "app/outputs.h"
#include "base/result.h"
#include "engine/engine.h"

namespace removr::app {

// What became of one input.
struct ImageResult {
  enum class State { kDone, kSkipped, kFailed };
  State state = State::kFailed;
  std::filesystem::path path;
  Output output;          // what was written, or was there; empty paths where nothing was
  engine::Report report;  // of kDone alone; the findings' regions are dropped
  std::string sha256_in, sha256_out;
  double seconds = 0;
  std::optional<Error> error;
};

// A bound on the memory of the images in work at one time. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::int64_t bytes) : total_(bytes), free_(bytes) {}

  // Waits until `bytes` fit. What is larger than the whole budget waits until it is alone.
  class Share {
   public:
    Share(MemoryBudget& budget, std::int64_t bytes);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

   private:
    MemoryBudget& budget_;
    std::int64_t bytes_;
  };

 private:
  const std::int64_t total_;
  std::int64_t free_;
  std::mutex mutex_;
  std::condition_variable freed_;
};

struct BatchCallbacks {
  std::function<ImageResult(std::size_t index)> work;   // on any of the threads
  std::function<void(const ImageResult&)> on_finished;  // on the caller's thread, as results come
  std::function<void(const ImageResult&)> on_next;      // on the caller's thread, in the order of the inputs
  std::function<void()> on_tick;                        // on the caller's thread, at least five times a second
  std::function<bool()> stop;                           // asked before each image: true begins no more
};

// Works through [0, count) on `jobs` threads. Returns when all that was begun is finished; whether all was begun.
bool RunBatch(std::size_t count, int jobs, const BatchCallbacks& callbacks);

}  // namespace removr::app
