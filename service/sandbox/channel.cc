#include "service/sandbox/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>

namespace removr::sandbox {
namespace {

constexpr int kTravelling = 2;  // descriptors of a request

tl::unexpected<Error> Failure(const char* what) {
  const bool gone = errno == EPIPE || errno == ECONNRESET;
  return Fail(gone ? ErrorCode::kCancelled : ErrorCode::kIo,
              std::string("the engine's socket: ") + what + ": " + std::strerror(errno));
}

template <typename Function>
auto Retried(Function function) {
  auto result = function();
  while (result < 0 && errno == EINTR) result = function();
  return result;
}

template <typename Message>
Status Send(const Descriptor& socket, Message message, const std::vector<int>& descriptors) {
  iovec part{&message, sizeof(message)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kTravelling)] = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = control;
    header.msg_controllen = sizeof(control);
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), sizeof(int) * descriptors.size());
  }
  if (Retried([&] { return ::sendmsg(socket.get(), &header, MSG_NOSIGNAL); }) < 0) return Failure("send");
  return {};
}

std::vector<Descriptor> TakeDescriptors(msghdr& header) {
  std::vector<Descriptor> taken;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    for (std::size_t at = 0; at + sizeof(int) <= part->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + at, sizeof(fd));
      taken.emplace_back(fd);
    }
  }
  return taken;
}

template <typename Message>
Result<Message> Receive(const Descriptor& socket, std::vector<Descriptor>& descriptors) {
  Message message;
  iovec part{&message, sizeof(message)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kTravelling)] = {};
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof(control);
  const ssize_t size = Retried([&] { return ::recvmsg(socket.get(), &header, MSG_CMSG_CLOEXEC); });
  if (size < 0) return Failure("receive");
  if (size == 0) return Fail(ErrorCode::kCancelled, "the engine's socket: the other end is gone");
  descriptors = TakeDescriptors(header);
  if (size != sizeof(message)) return Fail(ErrorCode::kIo, "the engine's socket: a message of another size");
  return message;
}

}  // namespace

Status SendRequest(const Descriptor& socket, const Request& request, const Descriptor& input,
                   const Descriptor& outcome) {
  return Send(socket, request, {input.get(), outcome.get()});
}

Status SendReply(const Descriptor& socket, const Reply& reply) { return Send(socket, reply, {}); }

Result<Errand> ReceiveRequest(const Descriptor& socket) {
  std::vector<Descriptor> descriptors;
  ASSIGN_OR_RETURN(const Request request, Receive<Request>(socket, descriptors));
  if (descriptors.size() != kTravelling) return Fail(ErrorCode::kIo, "the engine's socket: descriptors are missing");
  return Errand{request, std::move(descriptors[0]), std::move(descriptors[1])};
}

Result<Reply> ReceiveReply(const Descriptor& socket, std::int64_t wait_ms) {
  pollfd wanted{socket.get(), POLLIN, 0};
  const int timeout = static_cast<int>(std::clamp<std::int64_t>(wait_ms, 0, std::numeric_limits<int>::max()));
  const int ready = Retried([&] { return ::poll(&wanted, 1, timeout); });
  if (ready < 0) return Failure("poll");
  if (ready == 0) return Fail(ErrorCode::kTimeout, "the engine's socket: no answer");
  std::vector<Descriptor> none;
  return Receive<Reply>(socket, none);
}

}  // namespace removr::sandbox
