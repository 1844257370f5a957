// What this machine offers a run, and how a run is asked to stop.
#pragma once

#include <atomic>
#include <cstdint>

namespace removr::app {

// Processors that this process may use, at least 1.
int ProcessorCount();

// Bytes that can be taken without swapping: what the kernel calls available, bounded by the control group's limit.
std::int64_t AvailableMemory();

// From construction to destruction the first SIGINT or SIGTERM only sets a flag, and the second ends the process at
// once. One object at a time.
class StopRequest {
 public:
  StopRequest();
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;
  static const std::atomic<bool>& Made();
};

}  // namespace removr::app
