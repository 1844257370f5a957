// Runs a program as a child process and says what it cost.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace removr::bench {

struct Cost {
  double seconds = 0;          // from spawn to exit, on the wall
  double cpu_seconds = 0;      // of its processor time, user and system, all threads
  double peak_memory_mib = 0;  // the largest resident size of the process
};

// `command`: the program's path and its arguments. Its standard output is dropped. Keep the caller small: Linux counts
// the memory that it holds at the moment of the spawn as the child's. kIo where the program does not start or does not
// exit with 0.
Result<Cost> RunChild(const std::vector<std::string>& command);

}  // namespace removr::bench
