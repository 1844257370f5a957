// An S3 server for tests: Versity's gateway, which scripts/install.sh puts into .tools, over a folder of its own. A
// bucket is a folder in it, and an object a file.
#pragma once

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "service/store/blobs.h"
#include "service/store/random_id.h"

namespace removr::store {

class S3TestServer {
 public:
  static constexpr const char* kBucket = "photos";
  inline static const std::filesystem::path kBinary = std::filesystem::path(REMOVR_SOURCE_DIR) / ".tools/versitygw";

  static bool IsInstalled() { return std::filesystem::exists(kBinary); }
  // One for all tests of the process.
  static S3TestServer& Shared() {
    static S3TestServer server;
    return server;
  }

  S3TestServer() : root_(std::filesystem::temp_directory_path() / ("removr-s3-" + RandomId())), port_(FreePort()) {
    std::filesystem::create_directories(bucket_folder());
    Start();
  }
  ~S3TestServer() {
    Kill();
    std::filesystem::remove_all(root_);
  }
  S3TestServer(const S3TestServer&) = delete;
  S3TestServer& operator=(const S3TestServer&) = delete;

  void Start() {
    pid_ = fork();
    if (pid_ == 0) Become();
    for (int tries = 0; tries < 1000 && !Answers(); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  void Kill() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  std::filesystem::path bucket_folder() const { return root_ / kBucket; }
  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string Url(const std::string& prefix) const {
    return std::string("s3://") + kBucket + "/" + prefix + "?endpoint=" + endpoint();
  }
  static S3Credentials credentials() { return {"tester", "hush/hush+hush", ""}; }

 private:
  // That the system chose for a moment.
  static std::uint16_t FreePort() {
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    close(fd);
    return ntohs(address.sin_port);
  }
  static sockaddr_in Loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  bool Answers() const {
    const sockaddr_in address = Loopback(port_);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    close(fd);
    return connected;
  }
  [[noreturn]] void Become() const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const S3Credentials secret = credentials();
    setenv("ROOT_ACCESS_KEY_ID", secret.access_key_id.c_str(), 1);
    setenv("ROOT_SECRET_ACCESS_KEY", secret.secret_access_key.c_str(), 1);
    const std::string listen = "127.0.0.1:" + std::to_string(port_);
    execl(kBinary.c_str(), kBinary.c_str(), "--quiet", "--keep-alive", "--port", listen.c_str(), "posix", root_.c_str(),
          nullptr);
    _exit(127);
  }

  const std::filesystem::path root_;
  const std::uint16_t port_;
  pid_t pid_ = -1;
};

}  // namespace removr::store
