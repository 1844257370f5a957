// What the absolute URLs of answers begin with (the API contract, section 3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/http/message.h"
#include "service/http/network.h"

namespace removr::api {

class BaseUrl {
 public:
  // kBadRequest, with the offending text, where `public_url` is neither empty nor http(s)://host[:port][/path], or
  // where one of `trusted_proxies` is no network.
  static Result<BaseUrl> Create(std::string_view public_url, const std::vector<std::string>& trusted_proxies);

  // "https://host:port", without a last '/': the public URL; else by X-Forwarded-Proto and -Host where the peer is a
  // trusted proxy; else by Host and how the request came. What is malformed is passed over; without any host it is http://localhost.
  std::string For(const http::Request& request) const;

  // What a browser calls the site: the same without a path.
  std::string Origin(const http::Request& request) const;
  bool IsHttps(const http::Request& request) const { return For(request).starts_with("https://"); }

  // Who asks, for rate limits: the peer's address, or the last in X-Forwarded-For that is no trusted proxy where the
  // peer is one. Of an IPv6 address the network (its first 64 bits), since a household has all of those.
  std::string Client(const http::Request& request) const;

 private:
  bool IsTrusted(std::string_view peer_address) const;

  std::string public_url_;
  std::vector<http::Network> trusted_;
};

}  // namespace removr::api
