// What a handler is given, and the handlers that routes.cc lists. One file holds each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/account/key.h"
#include "service/api/api.h"
#include "service/api/base_url.h"
#include "service/http/message.h"

namespace removr::api {

// The two ways in. Both lead to the same handlers and the same account.
enum class Door {
  kKey,  // /api/v1, for programs: a Bearer key
  kWeb,  // /api/web, for the web app: a session cookie
};
constexpr std::string_view ApiPath(Door door) { return door == Door::kKey ? "/api/v1" : "/api/web"; }

struct Context {
  const http::Request& request;
  http::BodyReader& body;
  const Services& services;
  const BaseUrl& base_url;
  Door door = Door::kKey;
  account::Identity identity;           // empty on public routes
  std::vector<std::string> parameters;  // the path's, in order, decoded

  // What the URLs in answers begin with. The web app's have no host, so that it works behind any name.
  std::string Root() const {
    return (door == Door::kKey ? base_url.For(request) : std::string()) + std::string(ApiPath(door));
  }
};

// An error becomes the answer that error_map.h gives for it.
using Answer = Result<http::Response>;

Answer Remove(Context& context);      // POST /api/v1/remove
Answer GetJob(Context& context);      // GET /api/v1/jobs/:job
Answer GetFile(Context& context);     // GET /api/v1/files/:job/:name
Answer GetAccount(Context& context);  // GET /api/v1/account
Answer GetHealth(Context& context);   // GET /healthz
Answer GetReady(Context& context);    // GET /readyz

}  // namespace removr::api
