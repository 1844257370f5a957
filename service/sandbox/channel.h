// The messages between a worker and its engine host, over a Unix socket of whole messages (SOCK_SEQPACKET). Both ends
// are the same binary, and trusted: no process that sees an image's bytes has a hold of the socket.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "service/job/processor.h"
#include "service/sandbox/descriptor.h"

namespace removr::sandbox {

// One image. Two descriptors travel with it: the input (image, mask, template and choices, one behind the other;
// sealed) and the
// buffer for the outcome (outcome.h).
struct Request {
  job::Task task = job::Task::kRemove;
  std::int64_t image_bytes = 0, mask_bytes = 0, template_bytes = 0, choices_bytes = 0;
  std::int64_t outcome_bytes = 0;
  std::int64_t memory_bytes = 0;   // that the engine may take for it
  std::int64_t time_limit_ms = 0;  // wall time

  std::int64_t InputBytes() const { return image_bytes + mask_bytes + template_bytes + choices_bytes; }
};
struct Errand {
  Request request;
  Descriptor input, outcome;
};

// How the process that worked on it ended. The first reply of a host comes unasked: it is ready.
struct Reply {
  bool timed_out = false;
  std::int32_t wait_status = 0;  // of waitpid
};

Status SendRequest(const Descriptor& socket, const Request& request, const Descriptor& input,
                   const Descriptor& outcome);
Status SendReply(const Descriptor& socket, const Reply& reply);

// Wait for as long as it takes. kCancelled where the other end is closed.
Result<Errand> ReceiveRequest(const Descriptor& socket);
// kTimeout where nothing comes for so long.
Result<Reply> ReceiveReply(const Descriptor& socket, std::int64_t wait_ms);

}  // namespace removr::sandbox
