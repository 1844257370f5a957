#include "service/http/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "service/http/text.h"

namespace removr::http {
namespace {

constexpr std::size_t kHostMaxBytes = 255;
constexpr int kMappedPrefixBits = 96;

bool IsDnsName(std::string_view text) {
  return !text.empty() && !text.starts_with('.') && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
           c == '_';
  });
}

bool IsPort(std::string_view text) {
  const auto port = ParseDecimal(text);
  return port && *port >= 1 && *port <= 65535;
}

}  // namespace

std::optional<IpAddress> ParseIpAddress(std::string_view text) {
  const std::string terminated(text);
  IpAddress address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  address[10] = address[11] = 0xFF;
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

Result<Network> Network::Parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = ParseIpAddress(text.substr(0, slash));
  if (!address) return Fail(ErrorCode::kBadRequest, "not a network: " + std::string(text));
  const bool is_v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  const std::uint64_t bits_max = is_v4 ? 32 : 128;
  const auto bits = slash == std::string_view::npos ? bits_max : ParseDecimal(text.substr(slash + 1));
  if (!bits || *bits > bits_max) return Fail(ErrorCode::kBadRequest, "not a network: " + std::string(text));
  Network network;
  network.address_ = *address;
  network.prefix_bits_ = static_cast<int>(*bits) + (is_v4 ? kMappedPrefixBits : 0);
  return network;
}

bool Network::Contains(const IpAddress& address) const {
  for (int bit = 0; bit < prefix_bits_; ++bit) {
    const int mask = 0x80 >> (bit % 8);
    const auto byte = static_cast<std::size_t>(bit / 8);
    if ((address[byte] & mask) != (address_[byte] & mask)) return false;
  }
  return true;
}

bool IsHostAndPort(std::string_view text) {
  if (text.empty() || text.size() > kHostMaxBytes) return false;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view inside = text.substr(1, close - 1);
    const std::string_view behind = text.substr(close + 1);
    const bool port_sound = behind.empty() || (behind.starts_with(':') && IsPort(behind.substr(1)));
    return inside.find(':') != std::string_view::npos && ParseIpAddress(inside) && port_sound;
  }
  const auto colon = text.find(':');
  if (!IsDnsName(text.substr(0, colon))) return false;
  return colon == std::string_view::npos || IsPort(text.substr(colon + 1));
}

}  // namespace removr::http
