// Every path of the service, and how a request finds its handler.
#include <array>
#include <string_view>

#include "service/account/session.h"
#include "service/api/api.h"
#include "service/api/auth.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/exchange_log.h"
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
    {"POST", "/api/web/password-forgotten", Access::kVisitor, AskForReset},
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
    {"GET", "/metrics", Access::kPublic, GetMetrics},
    {"GET", "/openapi.json", Access::kPublic, GetOpenApi},
});

// A route at one of its paths.
struct Place {
  const Route& route;
  Door door;
  std::vector<std::string> segments;
  std::string name;  // for logs and figures
};

// An account's routes are there behind both doors.
std::vector<Place> MakePlaces() {
  std::vector<Place> places;
  for (const Route& route : kRoutes) {
    auto segments = http::SplitPath(route.path).value();
    const Door door = segments.size() > 1 && segments[1] == "web" ? Door::kWeb : Door::kKey;
    places.push_back({route, door, segments, std::string(route.path)});
    if (route.access != Access::kAccount) continue;
    segments[1] = "web";
    std::string name(route.path);
    name.replace(0, ApiPath(Door::kKey).size(), ApiPath(Door::kWeb));
    places.push_back({route, Door::kWeb, std::move(segments), std::move(name)});
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
      : base_url_(std::move(base_url)),
        is_public_https_(settings.public_url.starts_with("https://")),
        services_(services),
        state_(settings.rates, settings.account_disk_bytes) {
    state_.version = settings.version;
    state_.metrics_token = settings.metrics_token;
    state_.signup_credits = settings.signup_credits;
    state_.app = std::move(app);
  }

  http::Response Handle(const http::Request& request, http::BodyReader& body) override {
    http::Response response = Find(request, body);
    // Only where this server is the one that speaks TLS, and its operator has said under which name: a browser that
    // heard it would never again take plain http, or a certificate that it cannot check.
    if (request.is_tls && is_public_https_) response.headers.Add("Strict-Transport-Security", "max-age=31536000");
    return response;
  }

  http::Response Refuse(http::Fault fault) override {
    state_.figures.NoteRefusal(fault);
    return ToResponse(fault);
  }

  void Ended(const http::Exchange& exchange) override {
    state_.figures.Note(exchange);
    LogExchange(exchange);
  }

 private:
  http::Response Find(const http::Request& request, http::BodyReader& body) {
    const auto segments = http::SplitPath(request.path);
    if (!segments) return ToResponse(Error{ErrorCode::kBadRequest, "bad escapes in a path", "The path is malformed."});
    std::string allowed;
    for (const Place& place : places_) {
      auto parameters = Match(place.segments, *segments);
      if (!parameters) continue;
      if (Serves(place.route, request.method)) {
        http::Response response = Call(place, request, body, std::move(*parameters));
        response.route = place.name;
        return response;
      }
      const std::string_view method = place.route.method;
      allowed += (allowed.empty() ? "" : ", ") + std::string(method == "GET" ? "GET, HEAD" : method);
    }
    if (!allowed.empty()) return MethodNotAllowed(allowed);
    if (segments->front() == "api" || !state_.app) return ToResponse(Error{ErrorCode::kNotFound, "no route", {}});
    if (!IsSafe(request.method)) return MethodNotAllowed("GET, HEAD");
    auto file = state_.app->Get(request);
    http::Response response = file ? std::move(*file) : ToResponse(file.error());
    response.route = "app";
    return response;
  }

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
    if (place.route.access == Access::kPublic) return Answered(place.route, context);
    const std::string client = base_url_.Client(request);
    const auto now = services_.clock.Monotonic();
    if (auto refused = state_.throttle.RefuseAddress(client, now)) return std::move(*refused);
    bool extended = false;
    if (const Status admitted = Admit(place.route.access, context, extended); !admitted) {
      const bool wrong_key =
          place.door == Door::kKey && admitted.error().code == ErrorCode::kUnauthorized && BearerToken(request.headers);
      auto refused = wrong_key ? state_.throttle.RefuseWrongKey(client, now) : std::nullopt;
      return refused ? std::move(*refused) : ToResponse(admitted.error());
    }
    const auto& [account, key_id] = context.identity;
    std::unique_ptr<Places::Place> visitor;
    Throttle::Ticket ticket;
    if (!account.id.empty()) {
      ticket = state_.throttle.Take(key_id.empty() ? account.id : key_id, account.plan, now);
    } else if (request.has_body) {
      visitor = state_.visitor_bodies.Take(client);
      if (!visitor) return ToResponse(Error{ErrorCode::kBusy, "too many visitors send at once", {}});
    }
    if (ticket.refusal) return std::move(*ticket.refusal);
    http::Response response = Answered(place.route, context);
    ticket.Describe(response);
    if (extended && !response.headers.Find("Set-Cookie")) {
      response.headers.Add("Set-Cookie", SessionCookie(context.session_token, base_url_.IsHttps(request)));
    }
    return response;
  }

  static http::Response Answered(const Route& route, Context& context) {
    Answer answer = route.handle(context);
    return answer ? std::move(*answer) : ToResponse(answer.error());
  }

  static Status Admit(Access access, Context& context, bool& extended) {
    if (context.door == Door::kWeb) return AdmitToWeb(access, context, extended);
    ASSIGN_OR_RETURN(context.identity,
                     Authenticate(context.request.headers, context.services.database, context.services.clock.Now()));
    return {};
  }

  const std::vector<Place> places_ = MakePlaces();
  const BaseUrl base_url_;
  const bool is_public_https_;
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
