// A client that sends exactly the bytes it is told, for tests of servers. Blocking; every wait is bounded.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace removr::http {

// What came back: the head as text, and the body.
struct RawAnswer {
  int status = 0;  // 0: the server closed, or was silent, before an answer was whole
  std::string head;
  std::string body;

  // The value of a field, "" where there is none; the name in the server's spelling.
  std::string Field(std::string_view name) const {
    const auto at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class TestClient {
 public:
  static constexpr int kWaitMs = 5000;

  explicit TestClient(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~TestClient() { Close(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool connected() const { return connected_; }

  // Whether all of it was taken.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      pollfd ready{socket_, POLLOUT, 0};
      if (poll(&ready, 1, kWaitMs) != 1) return false;
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The next answer. `has_body` false: to a HEAD.
  RawAnswer Receive(bool has_body = true) {
    RawAnswer answer;
    while (received_.find("\r\n\r\n") == std::string::npos) {
      if (!ReceiveMore()) return answer;
    }
    const auto head_bytes = received_.find("\r\n\r\n") + 4;
    answer.head = received_.substr(0, head_bytes);
    received_.erase(0, head_bytes);
    const int status = std::stoi(answer.head.substr(9, 3));
    const std::string length = answer.Field("Content-Length");
    const std::size_t body_bytes = has_body && !length.empty() ? std::stoul(length) : 0;
    while (received_.size() < body_bytes) {
      if (!ReceiveMore()) return answer;
    }
    answer.body = received_.substr(0, body_bytes);
    received_.erase(0, body_bytes);
    answer.status = status;
    return answer;
  }

  RawAnswer Exchange(std::string_view request) {
    Send(request);
    return Receive();
  }

  // What comes up to and with `text`, after an answer without a length; what has come where it does not.
  std::string ReceiveUntil(std::string_view text) {
    while (received_.find(text) == std::string::npos) {
      if (!ReceiveMore()) return received_;
    }
    const auto end = received_.find(text) + text.size();
    std::string got = received_.substr(0, end);
    received_.erase(0, end);
    return got;
  }

  // Whether the server closes within the wait, and sends nothing before.
  bool SeesClose() { return received_.empty() && !ReceiveMore() && closed_; }

  void EndSending() { shutdown(socket_, SHUT_WR); }
  void Close() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }

 private:
  bool ReceiveMore() {
    pollfd ready{socket_, POLLIN, 0};
    if (poll(&ready, 1, kWaitMs) != 1) return false;
    char bytes[65536];
    const ssize_t size = recv(socket_, bytes, sizeof(bytes), 0);
    closed_ = size <= 0;
    if (closed_) return false;
    received_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string received_;
};

}  // namespace removr::http
