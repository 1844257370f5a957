#include "service/api/base_url.h"

#include <algorithm>

#include "service/http/text.h"

namespace removr::api {
namespace {

// Where several proxies have added to a field, the first value is what the client asked for.
std::string_view FirstOf(std::optional<std::string_view> field) {
  return field ? http::Trim(field->substr(0, field->find(','))) : std::string_view();
}

Status CheckPublicUrl(std::string_view url) {
  const auto behind_scheme = [&]() -> std::string_view {
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (url.starts_with(scheme)) return url.substr(scheme.size());
    }
    return {};
  }();
  const bool path_is_plain = url.find_first_of("?# \"<>\\") == std::string_view::npos;
  if (path_is_plain && http::IsHostAndPort(behind_scheme.substr(0, behind_scheme.find('/')))) return {};
  return Fail(ErrorCode::kBadRequest, "not a public URL: " + std::string(url));
}

}  // namespace

Result<BaseUrl> BaseUrl::Create(std::string_view public_url, const std::vector<std::string>& trusted_proxies) {
  BaseUrl base;
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  if (!public_url.empty()) TRY(CheckPublicUrl(public_url));
  base.public_url_ = public_url;
  for (const std::string& text : trusted_proxies) {
    ASSIGN_OR_RETURN(const http::Network network, http::Network::Parse(text));
    base.trusted_.push_back(network);
  }
  return base;
}

std::string BaseUrl::For(const http::Request& request) const {
  if (!public_url_.empty()) return public_url_;
  std::string scheme = request.is_tls ? "https" : "http";
  std::string host(request.headers.Find("Host").value_or(""));
  if (IsTrusted(request.peer_address)) {
    const std::string proto = http::LowerCase(FirstOf(request.headers.Find("X-Forwarded-Proto")));
    if (proto == "http" || proto == "https") scheme = proto;
    const std::string_view forwarded = FirstOf(request.headers.Find("X-Forwarded-Host"));
    if (http::IsHostAndPort(forwarded)) host = forwarded;
  }
  if (!http::IsHostAndPort(host)) host = "localhost";
  return scheme + "://" + host;
}

std::string BaseUrl::Origin(const http::Request& request) const {
  const std::string url = For(request);
  return url.substr(0, url.find('/', url.find("://") + 3));
}

std::string BaseUrl::Client(const http::Request& request) const {
  std::string_view client = request.peer_address;
  std::string_view forwarded = request.headers.Find("X-Forwarded-For").value_or("");
  while (IsTrusted(client) && !forwarded.empty()) {
    const auto comma = forwarded.rfind(',');
    client = http::Trim(forwarded.substr(comma == forwarded.npos ? 0 : comma + 1));
    forwarded = comma == forwarded.npos ? std::string_view() : forwarded.substr(0, comma);
  }
  const auto address = http::ParseIpAddress(client);
  if (!address) return request.peer_address;
  const bool is_ipv4 = http::ParseIpAddress("::ffff:0.0.0.0").value() <= *address &&
                       *address <= http::ParseIpAddress("::ffff:255.255.255.255").value();
  return std::string(reinterpret_cast<const char*>(address->data()), is_ipv4 ? address->size() : address->size() / 2);
}

bool BaseUrl::IsTrusted(std::string_view peer_address) const {
  const auto address = http::ParseIpAddress(peer_address);
  return address && std::any_of(trusted_.begin(), trusted_.end(),
                                [&](const http::Network& network) { return network.Contains(*address); });
}

}  // namespace removr::api
