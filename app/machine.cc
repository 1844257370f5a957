#include "app/machine.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

namespace removr::app {
namespace {

std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void OnSignal(int) { stop_requested = true; }

void Handle(void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

std::int64_t ReadNumber(const char* path, std::int64_t otherwise) {
  std::ifstream file(path);
  std::int64_t value = 0;
  return file >> value ? value : otherwise;  // "max" means no limit
}

}  // namespace

int ProcessorCount() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

std::int64_t AvailableMemory() {
  constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
  std::int64_t available = 2LL << 30;  // where the kernel says nothing
  std::ifstream meminfo("/proc/meminfo");
  std::string key, unit;
  for (std::int64_t kib = 0; meminfo >> key >> kib; std::getline(meminfo, unit)) {
    if (key == "MemAvailable:") available = kib * 1024;
  }
  const std::int64_t limit = ReadNumber("/sys/fs/cgroup/memory.max", unlimited);
  if (limit == unlimited) return available;
  return std::min(available, std::max<std::int64_t>(0, limit - ReadNumber("/sys/fs/cgroup/memory.current", 0)));
}

// SA_RESETHAND gives the second signal its usual meaning.
StopRequest::StopRequest() {
  stop_requested = false;
  Handle(OnSignal, SA_RESETHAND | SA_RESTART);
}

StopRequest::~StopRequest() { Handle(SIG_DFL, 0); }

const std::atomic<bool>& StopRequest::Made() { return stop_requested; }

}  // namespace removr::app
