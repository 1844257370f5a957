// The engine behind a wall: images are decoded in a process without network, files or programs, and with bounds on
// memory and time. A crash, a hang or a bomb costs that image and nothing else.
//
//     worker --- Unix socket ---> engine host --- fork ---> engine process, one for each image
//        |   requests, descriptors    |  networks loaded        |  confined, no descriptor at all
//        `------- shared memory: the image (sealed), the outcome (of fixed size) -------'
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/job/processor.h"

namespace removr::sandbox {

struct Settings {
  // This binary's arguments that make it an engine host (host.h).
  std::vector<std::string> host_arguments;
  // The memory that one image may take beyond what the loaded networks have.
  std::function<std::int64_t(std::int64_t pixels)> memory_limit = nullptr;  // empty: MemoryLimit
  // Of the host, until it is ready.
  std::chrono::milliseconds start_limit = std::chrono::seconds(60);
};

// 768 MiB + 64 bytes a pixel.
std::int64_t MemoryLimit(std::int64_t pixels);

class Sandbox final : public job::Processor {
 public:
  // Starts a host and waits until it is ready; kIo where it is not in time. The host ends with this process, or when
  // the calling thread does.
  static Result<std::unique_ptr<Sandbox>> Create(Settings settings);
  ~Sandbox() override;

  // One image at a time; a further call waits. The engine's own errors, and
  //   kTimeout        it took longer than the assignment says, and was killed
  //   kEngineFailure  the process died of what it did: a crash, a forbidden system call, a bound
  //   kIo             the process or its host was killed from outside, or could not be made. A new host is started by
  //   the
  //                   next call.
  Result<job::ProcessedImage> Process(const job::Assignment& assignment) override;

 private:
  class Host;
  struct State;
  explicit Sandbox(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace removr::sandbox
