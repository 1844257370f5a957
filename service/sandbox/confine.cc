#include "service/sandbox/confine.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>

namespace removr::sandbox {
namespace {

constexpr std::int64_t kStackBytes = 8 << 20;

tl::unexpected<Error> Failure(const char* what, int error) {
  return Fail(ErrorCode::kIo, std::string("confinement: ") + what + ": " + std::strerror(error));
}

// Private writable memory of this process, as RLIMIT_DATA counts it (the sixth value of statm, proc(5)).
std::int64_t DataBytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t pages = 0;
  for (int i = 0; i < 6; ++i) statm >> pages;
  return pages * ::sysconf(_SC_PAGESIZE);
}

Status Limit(__rlimit_resource resource, std::int64_t soft, std::int64_t hard) {
  const rlimit limit{static_cast<rlim_t>(soft), static_cast<rlim_t>(hard)};
  if (::setrlimit(resource, &limit) != 0) return Failure("a limit", errno);
  return {};
}

Status LimitAll(const Bounds& bounds) {
  const std::int64_t data = DataBytes() + bounds.memory_bytes;
  TRY(Limit(RLIMIT_DATA, data, data));
  TRY(Limit(RLIMIT_STACK, kStackBytes, kStackBytes));
  TRY(Limit(RLIMIT_CPU, bounds.cpu_seconds, bounds.cpu_seconds + 1));  // the hard one is SIGKILL
  for (const auto resource : {RLIMIT_CORE, RLIMIT_FSIZE, RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE, RLIMIT_NPROC})
    TRY(Limit(resource, 0, 0));
  return {};
}

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

// What the engine was seen to need with images of each format, size and depth, and beside it what the C library may
// fall back to (time where the kernel's page of it is not there; waiting). qsort() asks sysinfo() how much memory there
// is.
constexpr int kComputing[] = {
    SCMP_SYS(brk),         SCMP_SYS(munmap),          SCMP_SYS(mremap),
    SCMP_SYS(mprotect),    SCMP_SYS(madvise),         SCMP_SYS(futex),
    SCMP_SYS(sched_yield), SCMP_SYS(clock_gettime),   SCMP_SYS(gettimeofday),
    SCMP_SYS(time),        SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(getpid),      SCMP_SYS(gettid),          SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(exit_group),  SCMP_SYS(sysinfo),         SCMP_SYS(restart_syscall),
};

// On which processors it runs is its own affair: the first argument, a process, is 0.
constexpr int kOnItselfAlone[] = {SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_setaffinity)};

// Allows a call where one argument is as wanted. The library's own macros for it are C99.
int AllowWhere(scmp_filter_ctx filter, int call, const scmp_arg_cmp& wanted) {
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &wanted);
}

int AddRules(scmp_filter_ctx filter) {
  for (const int call : kComputing) {
    if (const int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0); error != 0) return error;
  }
  for (const int call : kOnItselfAlone) {
    const int error = AllowWhere(filter, call, {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = 0, .datum_b = 0});
    if (error != 0) return error;
  }
  // Memory of its own: what is shared escapes RLIMIT_DATA. The runtime makes machine code, so PROT_EXEC stays.
  const scmp_arg_cmp not_shared = {.arg = 3, .op = SCMP_CMP_MASKED_EQ, .datum_a = MAP_SHARED, .datum_b = 0};
  const int mapped = AllowWhere(filter, SCMP_SYS(mmap), not_shared);
  if (mapped != 0) return mapped;
  // On machines with several memories the runtime asks for the nearest one, and does without where it can't.
  for (const int call : {SCMP_SYS(mbind), SCMP_SYS(get_mempolicy)}) {
    if (const int error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0); error != 0) return error;
  }
  // A library that would complain on standard error shall not die of it. There is no descriptor to write to.
  return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EBADF), SCMP_SYS(write), 0);
}

Status LoadFilter() {
  const Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return Failure("filter", ENOMEM);
  // Calls by another architecture's numbers end the process as well, instead of the thread alone.
  int error = seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (error == 0) error = AddRules(filter.get());
  if (error == 0) error = seccomp_load(filter.get());
  return error == 0 ? Status() : Failure("filter", -error);
}

}  // namespace

Status Confine(const Bounds& bounds) {
  TRY(LimitAll(bounds));
  if (::prctl(PR_SET_DUMPABLE, 0) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Failure("prctl", errno);
  if (::close_range(0, ~0U, 0) != 0) return Failure("close", errno);
  TRY(Limit(RLIMIT_NOFILE, 0, 0));
  return LoadFilter();
}

}  // namespace removr::sandbox
