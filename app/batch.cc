#include "app/batch.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <thread>
#include <utility>
#include <vector>

namespace removr::app {

MemoryBudget::Share::Share(MemoryBudget& budget, std::int64_t bytes)
    : budget_(budget), bytes_(std::min(bytes, budget.total_)) {
  std::unique_lock lock(budget_.mutex_);
  budget_.freed_.wait(lock, [&] { return budget_.free_ >= bytes_; });
  budget_.free_ -= bytes_;
}

MemoryBudget::Share::~Share() {
  {
    const std::lock_guard lock(budget_.mutex_);
    budget_.free_ += bytes_;
  }
  budget_.freed_.notify_all();
}

bool RunBatch(std::size_t count, int jobs, const BatchCallbacks& callbacks) {
  std::mutex mutex;
  std::condition_variable arrived;
  std::vector<std::pair<std::size_t, ImageResult>> inbox;  // finished, not yet seen by this thread
  int running = jobs;
  std::atomic<std::size_t> next{0};

  std::vector<std::jthread> threads;
  for (int i = 0; i < jobs; ++i) {
    threads.emplace_back([&] {
      while (!callbacks.stop()) {
        const std::size_t index = next.fetch_add(1);
        if (index >= count) break;
        ImageResult result = callbacks.work(index);
        const std::lock_guard lock(mutex);
        inbox.emplace_back(index, std::move(result));
        arrived.notify_one();
      }
      const std::lock_guard lock(mutex);
      --running;
      arrived.notify_one();
    });
  }

  std::map<std::size_t, ImageResult> waiting;  // finished before one that comes earlier
  std::size_t shown = 0, finished = 0;
  for (bool over = false; !over;) {
    std::vector<std::pair<std::size_t, ImageResult>> news;
    {
      std::unique_lock lock(mutex);
      arrived.wait_for(lock, std::chrono::milliseconds(200), [&] { return !inbox.empty() || running == 0; });
      news.swap(inbox);
      over = running == 0;
    }
    for (auto& [index, result] : news) {
      ++finished;
      callbacks.on_finished(result);
      waiting.emplace(index, std::move(result));
    }
    // After a stop some were never begun: what is left is shown all the same.
    while (!waiting.empty() && (waiting.begin()->first == shown || over)) {
      callbacks.on_next(waiting.begin()->second);
      waiting.erase(waiting.begin());
      ++shown;
    }
    callbacks.on_tick();
  }
  return finished == count;
}

}  // namespace removr::app
