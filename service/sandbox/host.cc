#include "service/sandbox/host.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include "service/sandbox/channel.h"
#include "service/sandbox/confine.h"
#include "service/sandbox/memory.h"
#include "service/sandbox/outcome.h"

namespace removr::sandbox {
namespace {

using Time = std::chrono::steady_clock;

tl::unexpected<Error> Failure(const char* what) {
  return Fail(ErrorCode::kIo, std::string("engine host: ") + what + ": " + std::strerror(errno));
}

// In the process of one image.
Status WorkOn(const Errand& errand, job::Processor& processor) {
  const Request& request = errand.request;
  ASSIGN_OR_RETURN(const Mapping input, Mapping::Create(errand.input, request.InputBytes(), Mapping::Access::kRead));
  ASSIGN_OR_RETURN(const Mapping outcome,
                   Mapping::Create(errand.outcome, request.outcome_bytes, Mapping::Access::kWrite));
  const std::chrono::milliseconds time_limit(request.time_limit_ms);
  TRY(Confine({request.memory_bytes, std::chrono::ceil<std::chrono::seconds>(time_limit).count()}));

  auto take = [rest = input.bytes()](std::int64_t size_bytes) mutable {
    const std::span<const std::uint8_t> part = rest.first(static_cast<std::size_t>(size_bytes));
    rest = rest.subspan(part.size());
    return part;
  };
  const auto image = take(request.image_bytes), mask = take(request.mask_bytes);
  const auto owner_template = take(request.template_bytes), choices = take(request.choices_bytes);
  const auto work = [&]() -> Result<job::ProcessedImage> {
    job::Wishes wishes{.task = request.task, .choices = {}};
    ASSIGN_OR_RETURN(wishes.choices, ParseChoices({reinterpret_cast<const char*>(choices.data()), choices.size()}));
    return processor.Process({image, mask, owner_template, wishes, time_limit});
  };
  WriteOutcome(work(), outcome.bytes());
  return {};
}

// Ends with its parent, also where that is gone already.
[[noreturn]] void BecomeEngine(pid_t host, const Errand& errand, job::Processor& processor) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != host) ::_exit(kNotConfined);
  ::_exit(WorkOn(errand, processor) ? 0 : kNotConfined);
}

// Waits for the process to end, until the time is over or the worker is gone; then it is killed.
Result<Reply> Await(pid_t engine, const Descriptor& socket, std::chrono::milliseconds limit) {
  const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, engine, 0)));
  const auto deadline = Time::now() + limit;
  pollfd watched[] = {{handle.get(), POLLIN, 0}, {socket.get(), 0, 0}};  // of the socket: that it was hung up
  if (!handle) return Failure("pidfd");                                  // with the host, the process ends as well
  Reply reply;
  for (bool waiting = true; waiting;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Time::now());
    const int ready = ::poll(watched, 2, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    reply.timed_out = ready == 0;
    waiting = false;
  }
  if (watched[0].revents == 0) ::kill(engine, SIGKILL);
  while (::waitpid(engine, &reply.wait_status, 0) < 0) {
    if (errno != EINTR) return Failure("wait");
  }
  return reply;
}

Status ServeOne(const Descriptor& socket, job::Processor& processor) {
  ASSIGN_OR_RETURN(const Errand errand, ReceiveRequest(socket));
  const pid_t host = ::getpid();
  const pid_t engine = ::fork();
  if (engine < 0) return Failure("fork");
  if (engine == 0) BecomeEngine(host, errand, processor);
  ASSIGN_OR_RETURN(const Reply reply, Await(engine, socket, std::chrono::milliseconds(errand.request.time_limit_ms)));
  return SendReply(socket, reply);
}

// Where memory runs out in spite of all bounds, the kernel shall take an engine and nothing else of the machine.
void OfferItselfFirst() { std::ofstream("/proc/self/oom_score_adj") << 1000; }

}  // namespace

Status RunHost(job::Processor& processor) {
  // A Ctrl-C reaches all processes of the terminal; the worker decides what it means.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
  OfferItselfFirst();
  if (::prctl(PR_SET_DUMPABLE, 0) != 0) return Failure("prctl");
  const Descriptor socket(kHostSocket);
  Status status = SendReply(socket, Reply{});
  while (status) status = ServeOne(socket, processor);
  if (status.error().code == ErrorCode::kCancelled) return {};
  return status;
}

}  // namespace removr::sandbox
