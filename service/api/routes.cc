// Every path of the service, and how a request finds its handler.
#include <array>
#include <string_view>

#include "service/api/api.h"
#include "service/api/auth.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/http/text.h"

namespace removr::api {
namespace {

enum class Access { kPublic, kKey };

struct Route {
  std::string_view method;  // a GET answers HEAD too
  std::string_view path;    // a segment beginning with ':' takes any text
  Access access;
  Answer (*handle)(Context&);
};

constexpr auto kRoutes = std::to_array<Route>({
    {"POST", "/api/v1/remove", Access::kKey, Remove},
    {"GET", "/api/v1/jobs/:job", Access::kKey, GetJob},
    {"GET", "/api/v1/files/:job/:name", Access::kKey, GetFile},
    {"GET", "/api/v1/account", Access::kKey, GetAccount},
    {"GET", "/healthz", Access::kPublic, GetHealth},
    {"GET", "/readyz", Access::kPublic, GetReady},
});

// The values of the pattern's ':' segments where `segments` match it.
std::optional<std::vector<std::string>> Match(std::string_view pattern, const std::vector<std::string>& segments) {
  const auto parts = http::SplitPath(pattern);
  if (parts->size() != segments.size()) return std::nullopt;
  std::vector<std::string> parameters;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if ((*parts)[i].starts_with(':') && !segments[i].empty()) {
      parameters.push_back(segments[i]);
    } else if ((*parts)[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

bool Serves(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

class Router final : public http::Handler {
 public:
  Router(BaseUrl base_url, const Services& services) : base_url_(std::move(base_url)), services_(services) {}

  http::Response Handle(const http::Request& request, http::BodyReader& body) override {
    const auto segments = http::SplitPath(request.path);
    if (!segments) return ToResponse(Error{ErrorCode::kBadRequest, "bad escapes in a path", "The path is malformed."});
    std::string allowed;
    for (const Route& route : kRoutes) {
      auto parameters = Match(route.path, *segments);
      if (!parameters) continue;
      if (Serves(route, request.method)) return Call(route, request, body, std::move(*parameters));
      allowed += (allowed.empty() ? "" : ", ") + std::string(route.method == "GET" ? "GET, HEAD" : route.method);
    }
    if (!allowed.empty()) return MethodNotAllowed(allowed);
    return ToResponse(Error{ErrorCode::kNotFound, "no route", {}});
  }

  http::Response Refuse(http::Fault fault) override { return ToResponse(fault); }

 private:
  http::Response Call(const Route& route, const http::Request& request, http::BodyReader& body,
                      std::vector<std::string> parameters) {
    Context context{.request = request,
                    .body = body,
                    .services = services_,
                    .base_url = base_url_,
                    .identity = {},
                    .parameters = std::move(parameters)};
    if (route.access == Access::kKey) {
      auto identity = Authenticate(request.headers, services_.database, services_.clock.Now());
      if (!identity) return ToResponse(identity.error());
      context.identity = std::move(*identity);
    }
    Answer answer = route.handle(context);
    return answer ? std::move(*answer) : ToResponse(answer.error());
  }

  const BaseUrl base_url_;
  const Services services_;
};

}  // namespace

Result<std::unique_ptr<http::Handler>> Create(const Settings& settings, const Services& services) {
  ASSIGN_OR_RETURN(BaseUrl base_url, BaseUrl::Create(settings.public_url, settings.trusted_proxies));
  return std::make_unique<Router>(std::move(base_url), services);
}

}  // namespace removr::api
