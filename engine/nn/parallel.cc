#include "engine/nn/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace removr::nn {
namespace {

Status Guarded(const std::function<Status(int)>& work, int index) {
  try {
    return work(index);
  } catch (const std::exception& error) {
    return Fail(ErrorCode::kEngineFailure, error.what());
  }
}

}  // namespace

Status ForEach(int count, int threads, const std::function<Status(int)>& work) {
  std::atomic<int> next = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  std::map<int, Error> errors;
  const auto loop = [&] {
    // Indices are handed out in order, so every index below a failing one has begun and will report.
    for (int index = next++; index < count && !failed; index = next++) {
      if (auto status = Guarded(work, index); !status) {
        const std::lock_guard lock(mutex);
        errors.emplace(index, std::move(status).error());
        failed = true;
      }
    }
  };
  std::vector<std::jthread> helpers;
  for (int i = 1; i < std::min(threads, count); ++i) helpers.emplace_back(loop);
  loop();
  helpers.clear();  // joins
  if (!errors.empty()) return tl::unexpected<Error>(std::move(errors.begin()->second));
  return {};
}

}  // namespace removr::nn
