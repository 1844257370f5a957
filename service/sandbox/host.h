// The engine's host: a process that has loaded the networks and for each image forks a process of its own, which is
// confined (confine.h) before it sees a byte, works, leaves an outcome in shared memory and ends. So an image never
// meets what an earlier one may have done to the engine, and a new process is there in milliseconds.
//
// The host itself never looks at an image or an outcome.
#pragma once

#include "base/result.h"
#include "service/job/processor.h"

namespace removr::sandbox {

// Where a host finds its socket: the only descriptor that it is started with but for standard input, output and error.
inline constexpr int kHostSocket = 3;

// The exit status of a process that could not be confined and so has done nothing.
inline constexpr int kNotConfined = 70;  // EX_SOFTWARE of sysexits.h

// Says that it is ready, then serves until the worker at the other end of the socket is gone. The networks behind
// `processor` must be loaded, and no thread may run that it needs: a fork takes along none but its own.
Status RunHost(job::Processor& processor);

}  // namespace removr::sandbox
