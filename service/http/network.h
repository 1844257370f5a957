// Addresses, networks and the text of a Host field, as values; no socket.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace removr::http {

// An IP address as 16 bytes; IPv4 is mapped (::ffff:a.b.c.d), so both kinds compare.
using IpAddress = std::array<std::uint8_t, 16>;

// nullopt where the text is no numeric address.
std::optional<IpAddress> ParseIpAddress(std::string_view text);

// A network such as 10.0.0.0/8 or 2001:db8::/32; a single address is a network too.
class Network {
 public:
  // kBadRequest where the text is no such thing.
  static Result<Network> Parse(std::string_view text);
  bool Contains(const IpAddress& address) const;

 private:
  IpAddress address_{};
  int prefix_bits_ = 0;
};

// Whether a text may stand as host and port in a URL that we hand out: a DNS name or an IPv4 address, or an IPv6
// address in brackets, with an optional port of 1 to 65535. At most 255 bytes.
bool IsHostAndPort(std::string_view text);

}  // namespace removr::http
