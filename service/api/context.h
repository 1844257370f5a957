// What a handler is given, and the handlers that routes.cc lists. One file holds each.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "service/account/key.h"
#include "service/api/api.h"
#include "service/api/base_url.h"
#include "service/http/message.h"

namespace removr::api {

struct Context {
  const http::Request& request;
  http::BodyReader& body;
  const Services& services;
  const BaseUrl& base_url;
  account::Identity identity;           // empty on public routes
  std::vector<std::string> parameters;  // the path's, in order, decoded
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
