#include "service/api/figures.h"

#include <algorithm>
#include <string>
#include <utility>

namespace removr::api {

using http::MetricsText;

namespace {

// A method is any token: those of clients that try things must not become figures of their own.
std::string_view MethodLabel(std::string_view method) {
  constexpr std::string_view kMethods[] = {"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"};
  return std::ranges::find(kMethods, method) != std::end(kMethods) ? method : "other";
}

}  // namespace

void Figures::Note(const http::Exchange& exchange) {
  const std::string status = std::to_string(exchange.status);
  const std::pair<std::string_view, std::string_view> labels[] = {
      {"method", MethodLabel(exchange.request.method)},
      {"route", exchange.route.empty() ? "none" : exchange.route},
      {"status", status},
  };
  requests_.Observe(http::FormatLabels(labels), exchange.took);
  received_bytes_ += exchange.received_bytes;
  sent_bytes_ += exchange.sent_bytes;
}

void Figures::WriteTo(MetricsText& text) const {
  requests_.WriteTo(text, "removr_http_request_duration_seconds",
                    "From the end of a request's header to the end of its answer, by route, method and status.");
  text.Write("removr_http_received_bytes_total", MetricsText::Type::kCounter, "Bytes of requests' bodies.",
             static_cast<double>(received_bytes_));
  text.Write("removr_http_sent_bytes_total", MetricsText::Type::kCounter, "Bytes of answers.",
             static_cast<double>(sent_bytes_));
  text.Begin("removr_http_refusals_total", MetricsText::Type::kCounter,
             "What was refused before it was a request, or by a bound of the server.");
  for (std::size_t fault = 0; fault < refusals_.size(); ++fault) {
    const std::pair<std::string_view, std::string_view> labels[] = {{"fault", Name(static_cast<http::Fault>(fault))}};
    text.Add(static_cast<double>(refusals_[fault]), http::FormatLabels(labels));
  }
}

}  // namespace removr::api
