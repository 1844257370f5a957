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

struct State;

struct Context {
  const http::Request& request;
  http::BodyReader& body;
  const Services& services;
  const BaseUrl& base_url;
  State& state;  // web_state.h
  Door door = Door::kKey;
  account::Identity identity;           // empty on public routes
  std::string session_token;            // "" but within a session
  std::vector<std::string> parameters;  // the path's, in order, decoded

  // What the URLs in answers begin with. The web app's have no host, so that it works behind any name.
  std::string Root() const {
    return (door == Door::kKey ? base_url.For(request) : std::string()) + std::string(ApiPath(door));
  }
};

// An error becomes the answer that error_map.h gives for it.
using Answer = Result<http::Response>;

Answer Remove(Context& context);        // POST /api/v1/remove
Answer Detect(Context& context);        // POST /api/v1/detect
Answer ListJobs(Context& context);      // GET /api/v1/jobs
Answer GetJob(Context& context);        // GET /api/v1/jobs/:job
Answer DeleteJob(Context& context);     // DELETE /api/v1/jobs/:job
Answer GetArchive(Context& context);    // GET /api/v1/jobs/:job/archive
Answer GetLedger(Context& context);     // GET /api/v1/account/ledger
Answer GetJobEvents(Context& context);  // GET /api/v1/jobs/:job/events
Answer GetFile(Context& context);       // GET /api/v1/files/:job/:name
Answer GetAccount(Context& context);    // GET /api/v1/account
Answer GetHealth(Context& context);     // GET /healthz
Answer GetReady(Context& context);      // GET /readyz
Answer GetMetrics(Context& context);    // GET /metrics
Answer GetOpenApi(Context& context);    // GET /openapi.json

// The web app's own, below /api/web.
Answer GetSession(Context& context);      // GET session
Answer SignUp(Context& context);          // POST sign-up
Answer SignIn(Context& context);          // POST sign-in
Answer SignOut(Context& context);         // POST sign-out
Answer ChangePassword(Context& context);  // POST password
Answer AskForReset(Context& context);     // POST password-forgotten
Answer ResetPassword(Context& context);   // POST password-reset
Answer AcceptRights(Context& context);    // POST rights
Answer ListKeys(Context& context);        // GET keys
Answer CreateKey(Context& context);       // POST keys
Answer RevokeKey(Context& context);       // DELETE keys/:key
Answer GetOverview(Context& context);     // GET admin/overview
Answer ListAccounts(Context& context);    // GET admin/accounts
Answer GrantCredits(Context& context);    // POST admin/accounts/:account/credits
Answer ListFailures(Context& context);    // GET admin/failures

}  // namespace removr::api
