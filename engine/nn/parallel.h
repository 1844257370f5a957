// The engine's only threads: a loop whose turns are independent, spread over a bounded number of them.
#pragma once

#include <functional>

#include "base/result.h"

namespace removr::nn {

// Calls work(0) ... work(count - 1), each once, on at most `threads` threads (the caller's among them), and returns
// when all are done. Turns must not depend on each other. Returns the error of the lowest failing index; an exception
// of a library (bad_alloc, cv::Exception) counts as kEngineFailure. After an error, turns not yet begun may be left
// out.
Status ForEach(int count, int threads, const std::function<Status(int)>& work);

}  // namespace removr::nn
