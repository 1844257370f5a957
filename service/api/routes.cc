// Every path of the service, and how a request finds its handler.
#include <array>
#include <string_view>

#include "service/account/session.h"
#include "service/api/api.h"
#include "service/api/auth.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/web_session.h"
#include "service/api/web_state.h"
#include "service/http/text.h"

namespace removr::api {
namespace {

enum class Access {
  kPublic,
  kAccount,   // with a key under /api/v1, in a session under /api/web
  kVisitor,   // of the web app: signed in or not
  kSession,   // of the web app
  kOperator,  // of the web app, for accounts flagged so
};

struct Route {
  std::string_view method;  // a GET answers HEAD too
  std::string_view path;    // a segment beginning with ':' takes any text but ""
  Access access;
  Answer (*handle)(Context&);
};

constexpr auto kRoutes = std::to_array<Route>({
    {"POST", "/api/v1/remove", Access::kAccount, Remove},
    {"POST", "/api/v1/detect", Access::kAccount, Detect},
    {"GET", "/api/v1/jobs", Access::kAccount, ListJobs},
    {"GET", "/api/v1/jobs/:job", Access::kAccount, GetJob},
    {"DELETE", "/api/v1/jobs/:job", Access::kAccount, DeleteJob},
    {"GET", "/api/v1/jobs/:job/archive", Access::kAccount, GetArchive},
    {"GET", "/api/v1/jobs/:job/events", Access::kAccount, GetJobEvents},
    {"GET", "/api/v1/files/:job/:name", Access::kAccount, GetFile},
    {"GET", "/api/v1/account", Access::kAccount, GetAccount},
    {"GET", "/api/v1/account/ledger", Access::kAccount, GetLedger},

    {"GET", "/api/web/session", Access::kVisitor, GetSession},
    {"POST", "/api/web/sign-up", Access::kVisitor, SignUp},
    {"POST", "/api/web/sign-in", Access::kVisitor, SignIn},
    {"POST", "/api/web/sign-out", Access::kVisitor, SignOut},
    {"POST", "/api/web/password-reset", Access::kVisitor, ResetPassword},
    {"POST", "/api/web/password", Access::kSession, ChangePassword},
    {"POST", "/api/web/rights", Access::kSession, AcceptRights},
    {"GET", "/api/web/keys", Access::kSession, ListKeys},
    {"POST", "/api/web/keys", Access::kSession, CreateKey},
    {"DELETE", "/api/web/keys/:key", Access::kSession, RevokeKey},
    {"GET", "/api/web/admin/overview", Access::kOperator, GetOverview},
    {"GET", "/api/web/admin/accounts", Access::kOperator, ListAccounts},
    {"POST", "/api/web/admin/accounts/:account/credits", Access::kOperator, GrantCredits},
    {"GET", "/api/web/admin/failures", Access::kOperator, ListFailures},

    {"GET", "/healthz", Access::kPublic, GetHealth},
    {"GET", "/readyz", Access::kPublic, GetReady},
});

// A route at one of its paths.
struct Place {
  const Route& route;
  Door door;
  std::vector<std::string> segments;
};

// An account's routes are there behind both doors.
std::vector<Place> MakePlaces() {
  std::vector<Place> places;
  for (const Route& route : kRoutes) {
    auto segments = http::SplitPath(route.path).value();
    const Door door = segments.size() > 1 && segments[1] == "web" ? Door::kWeb : Door::kKey;
    places.push_back({route, door, segments});
    if (route.access != Access::kAccount) continue;
    segments[1] = "web";
    places.push_back({route, Door::kWeb, std::move(segments)});
  }
  return places;
}

// The values of the pattern's ':' segments where `segments` match it.
std::optional<std::vector<std::string>> Match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return std::nullopt;
  std::vector<std::string> parameters;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (pattern[i].starts_with(':') && !segments[i].empty()) {
      parameters.push_back(segments[i]);
    } else if (pattern[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

bool Serves(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

bool IsSafe(std::string_view method) { return method == "GET" || method == "HEAD"; }

// A session where there is one, and only then; a visitor needs none.
Status AdmitToWeb(Access access, Context& context, bool& extended) {
  const http::Headers& headers = context.request.headers;
  const bool safe = IsSafe(context.request.method);
  if (!safe) TRY(CheckSameSite(headers, context.base_url.Origin(context.request)));
  const auto token = SessionToken(headers, context.base_url.IsHttps(context.request));
  auto session = account::FindSession(context.services.database, token.value_or(""), context.services.clock.Now());
  if (!session) {
    if (access == Access::kVisitor && session.error().code == ErrorCode::kUnauthorized) return {};
    return tl::unexpected<Error>(session.error());
  }
  // Signing in or up does not need the session that there may still be.
  if (!safe && access != Access::kVisitor) TRY(CheckCsrfToken(headers, session->token));
  // The routes of an account that take a POST are submissions; a key cannot exist without acceptance.
  if (access == Access::kAccount && context.request.method == "POST" && !session->account.rights) {
    return Fail(ErrorCode::kConflict, "no rights acceptance",
                "Accept the statement on your rights to the images first.");
  }
  if (access == Access::kOperator && !session->account.is_operator) {
    return Fail(ErrorCode::kForbidden, "not an operator", "This is for the operators of this server.");
  }
  context.identity.account = std::move(session->account);
  context.session_token = std::move(session->token);
  extended = session->extended;
  return {};
}

class Router final : public http::Handler {
 public:
  Router(BaseUrl base_url, const Services& services, const Settings& settings, std::optional<StaticFiles> app)
      : base_url_(std::move(base_url)), services_(services) {
    state_.version = settings.version;
    state_.signup_credits = settings.signup_credits;
    state_.app = std::move(app);
  }

  http::Response Handle(const http::Request& request, http::BodyReader& body) override {
    const auto segments = http::SplitPath(request.path);
    if (!segments) return ToResponse(Error{ErrorCode::kBadRequest, "bad escapes in a path", "The path is malformed."});
    std::string allowed;
    for (const Place& place : places_) {
      auto parameters = Match(place.segments, *segments);
      if (!parameters) continue;
      if (Serves(place.route, request.method)) return Call(place, request, body, std::move(*parameters));
      const std::string_view method = place.route.method;
      allowed += (allowed.empty() ? "" : ", ") + std::string(method == "GET" ? "GET, HEAD" : method);
    }
    if (!allowed.empty()) return MethodNotAllowed(allowed);
    if (segments->front() == "api" || !state_.app) return ToResponse(Error{ErrorCode::kNotFound, "no route", {}});
    if (!IsSafe(request.method)) return MethodNotAllowed("GET, HEAD");
    auto file = state_.app->Get(request);
    return file ? std::move(*file) : ToResponse(file.error());
  }

  http::Response Refuse(http::Fault fault) override { return ToResponse(fault); }

 private:
  http::Response Call(const Place& place, const http::Request& request, http::BodyReader& body,
                      std::vector<std::string> parameters) {
    Context context{.request = request,
                    .body = body,
                    .services = services_,
                    .base_url = base_url_,
                    .state = state_,
                    .door = place.door,
                    .identity = {},
                    .session_token = {},
                    .parameters = std::move(parameters)};
    bool extended = false;
    if (const Status admitted = Admit(place.route.access, context, extended); !admitted)
      return ToResponse(admitted.error());
    Answer answer = place.route.handle(context);
    http::Response response = answer ? std::move(*answer) : ToResponse(answer.error());
    if (extended && !response.headers.Find("Set-Cookie")) {
      response.headers.Add("Set-Cookie", SessionCookie(context.session_token, base_url_.IsHttps(request)));
    }
    return response;
  }

  static Status Admit(Access access, Context& context, bool& extended) {
    if (access == Access::kPublic) return {};
    if (context.door == Door::kWeb) return AdmitToWeb(access, context, extended);
    ASSIGN_OR_RETURN(context.identity,
                     Authenticate(context.request.headers, context.services.database, context.services.clock.Now()));
    return {};
  }

  const std::vector<Place> places_ = MakePlaces();
  const BaseUrl base_url_;
  const Services services_;
  State state_;
};

}  // namespace

Result<std::unique_ptr<http::Handler>> Create(const Settings& settings, const Services& services) {
  ASSIGN_OR_RETURN(BaseUrl base_url, BaseUrl::Create(settings.public_url, settings.trusted_proxies));
  std::optional<StaticFiles> app;
  if (!settings.web_folder.empty()) {
    ASSIGN_OR_RETURN(app, StaticFiles::Load(settings.web_folder));
  }
  return std::make_unique<Router>(std::move(base_url), services, settings, std::move(app));
}

}  // namespace removr::api
