// Real hosts, real processes, real attempts. The hosts are this test binary itself (its main is at the end), whose
// Processor does what an image's first word says, as an engine would that the image has taken over.
#include "service/sandbox/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include "service/sandbox/host.h"

namespace removr::sandbox {
namespace {

using namespace std::chrono_literals;
using job::ProcessedImage;
using Steady = std::chrono::steady_clock;

constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n";
constexpr std::int64_t kMemory = 256 << 20;

void Spin() {
  for (volatile bool forever = true; forever;) {
  }
}

// Touched page by page, so that it is really there.
void Take(std::size_t bytes, int flags) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  for (std::size_t at = 0; at < bytes; at += 4096) static_cast<volatile char*>(memory)[at] = 1;
}

// What an engine must not be able to do. Whoever survives his attempt says so in the outcome.
const std::map<std::string, std::function<void()>> kForbidden = {
    {"open", [] { ::open("/etc/passwd", O_RDONLY); }},
    {"open-raw", [] { ::syscall(SYS_open, "/etc/passwd", O_RDONLY); }},
    {"create", [] { ::creat("/tmp/removr-sandbox-test", 0600); }},
    {"unlink", [] { ::unlink("/tmp/removr-sandbox-test"); }},
    {"stat", [] { (void)std::filesystem::exists("/etc/passwd"); }},
    {"read",
     [] {
       char byte;
       (void)::read(0, &byte, 1);
     }},
    {"socket", [] { ::socket(AF_INET, SOCK_STREAM, 0); }},
    {"unix-socket", [] { ::socket(AF_UNIX, SOCK_STREAM, 0); }},
    {"connect",
     [] {
       sockaddr_in to{};
       to.sin_family = AF_INET;
       ::connect(3, reinterpret_cast<sockaddr*>(&to), sizeof(to));
     }},
    {"send", [] { ::send(kHostSocket, "x", 1, 0); }},
    {"exec", [] { ::execl("/bin/true", "true", nullptr); }},
    {"fork", [] { (void)::fork(); }},
    {"vfork", [] { ::syscall(SYS_vfork); }},
    {"clone3", [] { ::syscall(SYS_clone3, nullptr, 0); }},
    {"thread", [] { std::thread([] {}).join(); }},
    {"ptrace", [] { ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr); }},
    {"ptrace-raw", [] { ::syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0); }},
    {"read-process", [] { ::syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0); }},
    {"kill", [] { ::kill(1, 0); }},
    {"tgkill", [] { ::syscall(SYS_tgkill, 1, 1, 0); }},
    {"unlimit",
     [] {
       const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
       ::setrlimit(RLIMIT_CPU, &none);
     }},
    {"pin-others",
     [] {
       cpu_set_t all;
       CPU_ZERO(&all);
       CPU_SET(0, &all);
       ::sched_setaffinity(1, sizeof(all), &all);
     }},
    {"setuid", [] { (void)::setuid(0); }},
    {"mount", [] { ::syscall(SYS_mount, "x", "/", "tmpfs", 0, nullptr); }},
    {"namespace", [] { ::syscall(SYS_unshare, 0x10000000); }},
    {"memfd", [] { ::memfd_create("x", 0); }},
    {"io_uring", [] { ::syscall(SYS_io_uring_setup, 1, nullptr); }},
    {"bpf", [] { ::syscall(SYS_bpf, 0, nullptr, 0); }},
    {"signal-handler", [] { std::signal(SIGXCPU, SIG_IGN); }},
    {"shared-memory", [] { Take(1 << 20, MAP_SHARED); }},
    {"32-bit",
     [] {
#ifdef __x86_64__
       asm volatile("int $0x80" : : "a"(20) : "memory");  // getpid by its number of another architecture
#endif
     }},
};

ProcessedImage Picture(std::string_view content) {
  ProcessedImage image;
  image.bytes.resize(kPng.size() + content.size());
  std::copy(content.begin(), content.end(), std::copy(kPng.begin(), kPng.end(), image.bytes.begin()));
  image.verdict = job::Verdict::kClean;
  image.format = image.original_format = Format::kPng;
  image.width = 4;
  image.height = 3;
  image.findings_json = "[]";
  return image;
}

std::string Text(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

int images_seen = 0;  // by this process

class HostileProcessor final : public job::Processor {
 public:
  Result<ProcessedImage> Process(const job::Assignment& assignment) override {
    ++images_seen;
    const std::string order = Text(assignment.bytes);
    if (const auto found = kForbidden.find(order); found != kForbidden.end()) {
      found->second();
      return Picture("survived");
    }
    if (order == "hang") Spin();
    if (order == "sleep") ::sleep(600);
    if (order == "crash") *static_cast<volatile int*>(nullptr) = 0;
    if (order == "abort") std::abort();
    if (order == "exit") ::_exit(0);
    if (order == "complain") return Picture(::write(2, "x", 1) < 0 ? "unheard" : "heard");
    if (order == "ask for near memory")
      return Picture(::syscall(SYS_mbind, nullptr, 0, 0, nullptr, 0, 0) < 0 && errno == ENOSYS ? "told no" : "told yes");
    if (order == "bomb") return Bomb();
    if (order == "too large") return TooLarge();
    if (order == "wrong format") return WrongFormat();
    if (order == "corrupt") return Fail(ErrorCode::kCorruptImage, "broken\nline");
    if (order == "pretend trouble") return Fail(ErrorCode::kIo, "not my fault");
    if (order == "count") return Picture(std::to_string(images_seen));
    if (order == "environment") return Picture(environ[0] == nullptr ? "empty" : environ[0]);
    return Picture(order + "|" + Text(assignment.mask) + "|" + Text(assignment.owner_template) + "|" +
                   Spell(assignment.wishes));
  }

 private:
  static Result<ProcessedImage> Bomb() {
    try {
      for (int i = 0; i < 64; ++i) Take(16 << 20, MAP_PRIVATE);
    } catch (const std::bad_alloc&) {
      return Fail(ErrorCode::kEngineFailure, "no memory");
    }
    return Picture("took a gigabyte");
  }
  static Result<ProcessedImage> TooLarge() {
    ProcessedImage image = Picture("");
    image.bytes.resize(100 << 20);
    return image;
  }
  static Result<ProcessedImage> WrongFormat() {
    ProcessedImage image = Picture("");
    const std::string_view page = "<html>";
    image.bytes.assign(page.begin(), page.end());
    return image;
  }
};

class SandboxTest : public testing::Test {
 protected:
  SandboxTest() {
    auto made =
        Sandbox::Create({.host_arguments = {"--be-a-host"}, .memory_limit = [](std::int64_t) { return kMemory; }});
    EXPECT_TRUE(made) << made.error().message;
    sandbox_ = std::move(made).value();
  }

  Result<ProcessedImage> Process(std::string_view order, std::chrono::milliseconds limit = 20s,
                                 std::string_view mask = "", std::string_view overlay = "",
                                 const job::Wishes& wishes = {}) {
    const auto bytes = [](std::string_view text) { return std::vector<std::uint8_t>(text.begin(), text.end()); };
    const auto image = bytes(order), mask_bytes = bytes(mask), overlay_bytes = bytes(overlay);
    return sandbox_->Process({image, mask_bytes, overlay_bytes, wishes, limit});
  }
  // The result's content; of an error its code and text.
  std::string Answer(std::string_view order, std::chrono::milliseconds limit = 20s) {
    const auto image = Process(order, limit);
    if (!image) return std::string(Name(image.error().code)) + ": " + image.error().message;
    return Text(image->bytes).substr(kPng.size());
  }
  void ExpectWell() { EXPECT_EQ(Answer("well"), "well|||"); }
  static std::vector<pid_t> Children(pid_t parent) {
    std::vector<pid_t> pids;
    const std::string process = std::to_string(parent);
    std::ifstream children("/proc/" + process + "/task/" + process + "/children");
    for (pid_t pid = 0; children >> pid;) pids.push_back(pid);
    return pids;
  }
  static std::vector<pid_t> Hosts() { return Children(::getpid()); }
  static bool HasEnded(pid_t pid) {
    std::string id, name, state;
    std::ifstream("/proc/" + std::to_string(pid) + "/stat") >> id >> name >> state;
    return state.empty() || state == "Z";
  }

  std::unique_ptr<Sandbox> sandbox_;
};

TEST_F(SandboxTest, HandsOverImageMaskTemplateAndWishesAndBringsTheResult) {
  job::Wishes wishes{.task = job::Task::kDetect, .choices = {}};
  wishes.choices.quality = 80;
  const auto image = Process("picture", 20s, "mask", "overlay", wishes);
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(Text(image->bytes), std::string(kPng) + "picture|mask|overlay|" + Spell(wishes));
  EXPECT_EQ(image->verdict, job::Verdict::kClean);
  EXPECT_EQ(std::pair(image->width, image->height), std::pair(4, 3));
  EXPECT_EQ(image->findings_json, "[]");
}

class ForbiddenTest : public SandboxTest, public testing::WithParamInterface<std::string> {};

TEST_P(ForbiddenTest, EndsTheProcessAndCostsThatImageAlone) {
  EXPECT_EQ(Answer(GetParam()), "engine_failure: the engine was ended by Bad system call");
  ExpectWell();
}

std::vector<std::string> ForbiddenThings() {
  std::vector<std::string> names;
  for (const auto& [name, attempt] : kForbidden) names.push_back(name);
  return names;
}
INSTANTIATE_TEST_SUITE_P(AttemptTo, ForbiddenTest, testing::ValuesIn(ForbiddenThings()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_F(SandboxTest, ACrashCostsThatImageAlone) {
  EXPECT_EQ(Answer("crash"), "engine_failure: the engine was ended by Segmentation fault");
  EXPECT_TRUE(Answer("abort").starts_with("engine_failure"));
  EXPECT_EQ(Answer("exit"), "engine_failure: the engine left no sound outcome: nothing");
  ExpectWell();
}

TEST_F(SandboxTest, AHangEndsInTimeAndCostsThatImageAlone) {
  for (const char* order : {"hang", "sleep"}) {
    const auto begin = Steady::now();
    EXPECT_EQ(Answer(order, 300ms), "timeout: the engine took too long");
    EXPECT_LT(Steady::now() - begin, 2s) << order;
  }
  ExpectWell();
}

TEST_F(SandboxTest, AHangEndsAlsoWhereItsHostDoesNotWatch) {
  const auto hosts = Hosts();
  ASSERT_EQ(hosts.size(), 1U);
  std::thread stopper([host = hosts.front()] {
    std::vector<pid_t> engines;
    while (engines.empty()) engines = Children(host);
    ::kill(host, SIGSTOP);
    for (int i = 0; i < 800 && !HasEnded(engines.front()); ++i) std::this_thread::sleep_for(10ms);
    ::kill(host, SIGCONT);
  });
  EXPECT_EQ(Answer("hang", 1s), "timeout: the engine was ended by CPU time limit exceeded");
  stopper.join();
}

TEST_F(SandboxTest, ABombGetsNoMoreMemoryThanItsBound) {
  EXPECT_EQ(Answer("bomb"), "engine_failure: no memory");
  EXPECT_EQ(Answer("too large"), "engine_failure: the result is too large");
  ExpectWell();
}

TEST_F(SandboxTest, EachImageMeetsAnUntouchedEngine) {
  EXPECT_EQ(Answer("count"), "1");
  EXPECT_EQ(Answer("count"), "1");
}

TEST_F(SandboxTest, NothingOfTheEnvironmentGoesIn) {
  ::setenv("REMOVR_SMTP_PASSWORD", "secret", 1);
  sandbox_.reset();
  sandbox_ = Sandbox::Create({.host_arguments = {"--be-a-host"}}).value();
  EXPECT_EQ(Answer("environment"), "empty");
  ::unsetenv("REMOVR_SMTP_PASSWORD");
}

TEST_F(SandboxTest, ALibraryThatComplainsIsNotHeardAndLives) { EXPECT_EQ(Answer("complain"), "unheard"); }

TEST_F(SandboxTest, ARuntimeThatAsksForNearMemoryIsToldNoAndLives) {
  EXPECT_EQ(Answer("ask for near memory"), "told no");
}

TEST_F(SandboxTest, BelievesOnlyWhatAnEngineMaySay) {
  EXPECT_EQ(Answer("corrupt"), "corrupt_image: broken?line");
  EXPECT_TRUE(Answer("pretend trouble").starts_with("engine_failure")) << "it would be tried ten times";
  EXPECT_TRUE(Answer("wrong format").starts_with("engine_failure"));
}

TEST_F(SandboxTest, TheNextImageFindsAProcessSoon) {
  for (const char* order : {"crash", "open", "hang"}) {
    (void)Process(order, 100ms);
    const auto begin = Steady::now();
    ExpectWell();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begin);
    EXPECT_LT(took, 5s) << order << " (a few milliseconds where the machine is idle)";
    RecordProperty(std::string("ms after ") + order, std::to_string(took.count()));
  }
}

TEST_F(SandboxTest, AKilledHostIsNoFaultOfTheImageAndReplaced) {
  const auto hosts = Hosts();
  ASSERT_EQ(hosts.size(), 1U);
  std::thread killer([&] {
    std::this_thread::sleep_for(200ms);
    ::kill(hosts.front(), SIGKILL);
  });
  EXPECT_EQ(Process("sleep").error().code, ErrorCode::kIo) << "counts as no try";
  killer.join();
  ExpectWell();
  EXPECT_NE(Hosts(), hosts);
}

TEST_F(SandboxTest, LeavesNoProcessBehind) {
  ExpectWell();
  sandbox_.reset();
  EXPECT_TRUE(Hosts().empty());
}

TEST(Sandbox, AHostThatDoesNotStartIsAnError) {
  const auto made = Sandbox::Create({.host_arguments = {"--be-a-broken-host"}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kIo);
}

int BeAHost() {
  HostileProcessor processor;
  return RunHost(processor) ? 0 : 1;
}

}  // namespace
}  // namespace removr::sandbox

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--be-a-host") return removr::sandbox::BeAHost();
  if (first == "--be-a-broken-host") return 3;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
