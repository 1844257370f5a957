// Takes everything from this process that decoding an image does not need. There is no way back.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace removr::sandbox {

struct Bounds {
  std::int64_t memory_bytes = 0;  // beyond what the process has now
  std::int64_t cpu_seconds = 0;   // from now on; SIGXCPU ends the process
};

// Afterwards the process
//   - has no file descriptor, and cannot get one;
//   - can make no system call but those that computing needs (the list is in confine.cc): any other ends it by SIGSYS.
//     So no file, socket, program, process, thread, signal or trace;
//   - gets no more memory than the bounds say, and dies of SIGXCPU beyond their time;
//   - gains no privileges, leaves no core dump, and is not to be looked into by processes of the same user.
// kIo where the kernel refuses any of it; then the process is to end at once. To be called with one thread only.
Status Confine(const Bounds& bounds);

}  // namespace removr::sandbox
