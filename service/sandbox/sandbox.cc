#include "service/sandbox/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/probe.h"
#include "service/sandbox/channel.h"
#include "service/sandbox/host.h"
#include "service/sandbox/memory.h"
#include "service/sandbox/outcome.h"

namespace removr::sandbox {
namespace {

// The host itself ends an engine that takes too long. One that does not answer by then has gone wrong.
constexpr std::chrono::milliseconds kHostGrace = std::chrono::seconds(10);

// A result may be larger than its original, but hardly than its pixels: 16 bits, four channels, and some metadata.
constexpr std::int64_t kResultBytesPerPixel = 10;
constexpr std::int64_t kResultBytes = 64 << 20;

// Of the environment, which may hold secrets, only where the loader finds libraries.
constexpr const char* kKept[] = {"LD_LIBRARY_PATH", "OPENVINO_LIB_PATHS"};

std::int64_t PixelsOf(std::span<const std::uint8_t> bytes) {
  const auto probe = ProbeImage(bytes);
  const std::int64_t pixels_max = Limits().pixels_max;
  return probe ? std::min(std::int64_t{probe->width} * probe->height, pixels_max) : 0;
}

// Between fork and exec: only what is safe there in a process that has threads.
[[noreturn]] void BecomeHost(pid_t worker, int socket, char* const* argv, char* const* environment) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != worker) ::_exit(0);  // it died before the line above
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  ::dup2(socket, kHostSocket);
  ::close_range(kHostSocket + 1, ~0U, 0);
  ::execve("/proc/self/exe", argv, environment);
  ::_exit(127);
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> KeptEnvironment() {
  std::vector<std::string> kept;
  for (const char* name : kKept) {
    if (const char* value = std::getenv(name)) kept.push_back(std::string(name) + "=" + value);
  }
  return kept;
}

// What the end of an image's process means, where it is no outcome.
std::optional<Error> ErrorOf(const Reply& reply) {
  const int status = reply.wait_status;
  if (reply.timed_out) return Error{ErrorCode::kTimeout, "the engine took too long", {}};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::nullopt;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kNotConfined) {
    return Error{ErrorCode::kIo, "the engine could not be confined", {}};
  }
  if (WIFEXITED(status)) return Error{ErrorCode::kEngineFailure, "the engine ended itself", {}};
  const std::string how = fmt::format("the engine was ended by {}", ::strsignal(WTERMSIG(status)));
  switch (WTERMSIG(status)) {
    case SIGXCPU: return Error{ErrorCode::kTimeout, how, {}};
    case SIGKILL: return Error{ErrorCode::kIo, how, {}};  // someone, or the kernel for want of memory
    default: return Error{ErrorCode::kEngineFailure, how, {}};
  }
}

}  // namespace

std::int64_t MemoryLimit(std::int64_t pixels) { return (768 << 20) + 64 * pixels; }

// The host process, from its start to its end.
class Sandbox::Host {
 public:
  static Result<std::unique_ptr<Host>> Start(const Settings& settings) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return Failure("socket");
    Descriptor ours(ends[0]);
    const Descriptor theirs(ends[1]);
    std::vector<std::string> words = {"removr"}, kept = KeptEnvironment();
    words.insert(words.end(), settings.host_arguments.begin(), settings.host_arguments.end());
    const std::vector<char*> argv = Pointers(words), environment = Pointers(kept);
    const pid_t worker = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) BecomeHost(worker, theirs.get(), argv.data(), environment.data());
    if (pid < 0) return Failure("fork");
    return std::unique_ptr<Host>(new Host(pid, std::move(ours)));
  }
  ~Host() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const Descriptor& socket() const { return socket_; }

 private:
  Host(pid_t pid, Descriptor socket) : pid_(pid), socket_(std::move(socket)) {}
  static tl::unexpected<Error> Failure(const char* what) {
    return Fail(ErrorCode::kIo, fmt::format("engine host: {}: {}", what, std::strerror(errno)));
  }

  const pid_t pid_;
  const Descriptor socket_;
};

struct Sandbox::State {
  explicit State(Settings with) : settings(std::move(with)) {}

  Status EnsureHost() {
    if (host) return {};
    ASSIGN_OR_RETURN(auto started, Host::Start(settings));
    const auto ready = ReceiveReply(started->socket(), settings.start_limit.count());
    if (!ready) return Fail(ErrorCode::kIo, "the engine host did not start: " + ready.error().message);
    host = std::move(started);
    return {};
  }

  // How the image's process ended. After an error there is no host any more.
  Result<Reply> Run(const Request& request, const Descriptor& input, const Descriptor& outcome) {
    TRY(EnsureHost());
    const Status sent = SendRequest(host->socket(), request, input, outcome);
    auto reply = sent ? ReceiveReply(host->socket(), request.time_limit_ms + kHostGrace.count())
                      : tl::unexpected<Error>(sent.error());
    if (reply) return reply;
    host.reset();
    return Fail(ErrorCode::kIo, "the engine host ended: " + reply.error().message);
  }

  const Settings settings;
  std::mutex mutex;  // of host
  std::unique_ptr<Host> host;
};

Sandbox::Sandbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sandbox::~Sandbox() = default;

Result<std::unique_ptr<Sandbox>> Sandbox::Create(Settings settings) {
  if (!settings.memory_limit) settings.memory_limit = MemoryLimit;
  auto state = std::make_unique<State>(std::move(settings));
  TRY(state->EnsureHost());
  return std::unique_ptr<Sandbox>(new Sandbox(std::move(state)));
}

Result<job::ProcessedImage> Sandbox::Process(const job::Assignment& assignment) {
  const std::lock_guard lock(state_->mutex);
  const std::string choices = Spell(assignment.wishes.choices);
  const std::span text(reinterpret_cast<const std::uint8_t*>(choices.data()), choices.size());
  const std::int64_t pixels =
      PixelsOf(assignment.bytes) + PixelsOf(assignment.mask) + PixelsOf(assignment.owner_template);
  const auto size = [](const auto& bytes) { return static_cast<std::int64_t>(bytes.size()); };
  const Request request{.task = assignment.wishes.task,
                        .image_bytes = size(assignment.bytes),
                        .mask_bytes = size(assignment.mask),
                        .template_bytes = size(assignment.owner_template),
                        .choices_bytes = size(choices),
                        .outcome_bytes = kResultBytes + kResultBytesPerPixel * pixels,
                        .memory_bytes = state_->settings.memory_limit(pixels),
                        .time_limit_ms = assignment.time_limit.count()};
  ASSIGN_OR_RETURN(const Descriptor input,
                   SealedCopy({assignment.bytes, assignment.mask, assignment.owner_template, text}));
  ASSIGN_OR_RETURN(const Descriptor outcome, FixedBuffer(request.outcome_bytes));
  ASSIGN_OR_RETURN(const Reply reply, state_->Run(request, input, outcome));
  if (auto error = ErrorOf(reply)) return tl::unexpected<Error>(std::move(*error));
  ASSIGN_OR_RETURN(const Mapping left, Mapping::Create(outcome, request.outcome_bytes, Mapping::Access::kRead));
  return ReadOutcome(left.bytes());
}

}  // namespace removr::sandbox
