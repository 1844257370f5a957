// GET /metrics: figures for Prometheus (docs/operating.md). Read from this machine without a proxy, or with the
// operator's token.
#include "service/http/metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "service/account/account.h"
#include "service/account/secret.h"
#include "service/api/auth.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/web_state.h"
#include "service/http/network.h"
#include "service/job/counters.h"
#include "service/job/jobs.h"
#include "service/job/stored.h"
#include "service/job/workers.h"
#include "service/ledger/ledger.h"

namespace removr::api {
namespace {

using http::MetricsText;
using store::Transaction;
using Type = MetricsText::Type;

// What a proxy adds; a local one would otherwise open the figures to all the world.
bool CameThroughProxy(const http::Headers& headers) {
  const auto has = [&](std::string_view name) { return headers.Find(name).has_value(); };
  return has("X-Forwarded-For") || has("X-Forwarded-Host") || has("Forwarded") || has("Via");
}

Status CheckReader(const Context& context) {
  const http::Headers& headers = context.request.headers;
  const auto token = BearerToken(headers);
  const std::string& wanted = context.state.metrics_token;
  if (token && !wanted.empty() && account::SameSecret(*token, wanted)) return {};
  static const auto kLoopback4 = http::Network::Parse("127.0.0.0/8").value();
  static const auto kLoopback6 = http::Network::Parse("::1").value();
  const auto peer = http::ParseIpAddress(context.request.peer_address);
  const bool is_local = peer && (kLoopback4.Contains(*peer) || kLoopback6.Contains(*peer));
  if (is_local && !CameThroughProxy(headers)) return {};
  return Fail(ErrorCode::kUnauthorized, "not a reader of metrics",
              "The figures are read from the server's own machine, or with the metrics token.");
}

struct Reading {
  job::QueueDepth queue;
  std::vector<job::LivingWorker> workers;
  std::int64_t accounts = 0;
  ledger::Totals totals;
  std::vector<job::Counter> counters;
  std::int64_t stored_bytes = 0;
};

Result<Reading> Read(Transaction& transaction, Timestamp now) {
  Reading reading;
  ASSIGN_OR_RETURN(reading.queue, job::ReadQueueDepth(transaction));
  ASSIGN_OR_RETURN(reading.workers, job::ListWorkers(transaction, now));
  ASSIGN_OR_RETURN(reading.accounts, account::Count(transaction));
  ASSIGN_OR_RETURN(reading.totals, ledger::ReadTotals(transaction));
  ASSIGN_OR_RETURN(reading.counters, job::ReadCounters(transaction));
  ASSIGN_OR_RETURN(reading.stored_bytes, job::StoredBytes(transaction));
  return reading;
}

std::string Label(std::string_view name, std::string_view value) {
  const std::pair<std::string_view, std::string_view> labels[] = {{name, value}};
  return http::FormatLabels(labels);
}

// The counters of one name; `labels` turns a counter's label into those of its sample.
template <typename MakeLabels>
void WriteCounters(MetricsText& text, const Reading& reading, std::string_view counter, std::string_view name,
                   std::string_view help, double unit, const MakeLabels& labels) {
  text.Begin(name, Type::kCounter, help);
  for (const job::Counter& one : reading.counters) {
    if (one.name == counter) text.Add(static_cast<double>(one.value) / unit, labels(one.label));
  }
}

void WriteWork(MetricsText& text, const Reading& reading) {
  text.Begin("removr_queue_images", Type::kGauge, "Images that wait for a worker, and that one has in hand.");
  text.Add(reading.queue.waiting, Label("state", "waiting"));
  text.Add(reading.queue.working, Label("state", "working"));
  text.Write("removr_workers", Type::kGauge, "Workers heard of in the last minute.",
             static_cast<double>(reading.workers.size()));
  WriteCounters(text, reading, job::kImages, "removr_images_total", "Finished images, by task and outcome.", 1,
                [](const std::string& label) {
                  const auto space = label.find(' ');
                  const std::pair<std::string_view, std::string_view> labels[] = {
                      {"task", std::string_view(label).substr(0, space)},
                      {"outcome", std::string_view(label).substr(space + 1)}};
                  return http::FormatLabels(labels);
                });
  WriteCounters(text, reading, job::kPixels, "removr_megapixels_total", "Megapixels of finished images, by task.", 1e6,
                [](const std::string& label) { return Label("task", label); });
  WriteCounters(text, reading, job::kEngineRestarts, "removr_engine_restarts_total",
                "Engines that died or took too long on an image, and were replaced.", 1,
                [](const std::string& label) { return Label("why", label); });
  WriteCounters(text, reading, job::kWorkerEnds, "removr_worker_ends_total", "Worker processes of a server that ended.",
                1, [](const std::string& label) { return Label("how", label); });
}

void WriteCredits(MetricsText& text, const Reading& reading) {
  text.Write("removr_accounts", Type::kGauge, "Open accounts.", static_cast<double>(reading.accounts));
  text.Write("removr_credits_granted_total", Type::kCounter, "Credits given.",
             static_cast<double>(reading.totals.granted));
  text.Write("removr_credits_charged_total", Type::kCounter, "Credits taken for submissions.",
             static_cast<double>(reading.totals.charged));
  text.Write("removr_refunds_total", Type::kCounter, "Credits given back.",
             static_cast<double>(reading.totals.refunded));
  text.Write("removr_credits_lapsed_total", Type::kCounter, "Credits of plans that were not used in their month.",
             static_cast<double>(reading.totals.lapsed));
}

void WriteDisk(MetricsText& text, const Reading& reading, const std::optional<store::BlobSpace>& space) {
  text.Write("removr_stored_bytes", Type::kGauge, "Originals, masks and results, by the records.",
             static_cast<double>(reading.stored_bytes));
  if (!space) return;
  text.Write("removr_disk_free_bytes", Type::kGauge, "Free space where the files lie.",
             static_cast<double>(space->free_bytes));
  text.Write("removr_disk_size_bytes", Type::kGauge, "Size of the disk where the files lie.",
             static_cast<double>(space->total_bytes));
}

// Of the server's own process, under the names that Prometheus' client libraries use.
void WriteProcess(MetricsText& text) {
  std::int64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  text.Write("process_resident_memory_bytes", Type::kGauge, "Resident memory of the server.",
             static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)));
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  text.Write("process_cpu_seconds_total", Type::kCounter, "Processor time of the server, without its workers.",
             seconds(usage.ru_utime) + seconds(usage.ru_stime));
}

}  // namespace

Answer GetMetrics(Context& context) {
  TRY(CheckReader(context));
  const auto read = [&](Transaction& transaction) { return Read(transaction, context.services.clock.Now()); };
  ASSIGN_OR_RETURN(const Reading reading, context.services.database.Read(read));
  MetricsText text;
  text.Begin("removr_build_info", Type::kGauge, "1; the version stands in the label.");
  text.Add(1, Label("version", context.state.version));
  context.state.figures.WriteTo(text);
  WriteWork(text, reading);
  WriteCredits(text, reading);
  WriteDisk(text, reading, context.services.blobs.Space());
  WriteProcess(text);
  http::Response response;
  response.status = kOk;
  response.headers.Add("Content-Type", std::string(http::kMetricsMediaType));
  response.headers.Add("Cache-Control", "no-store");
  response.body = text.Take();
  return response;
}

}  // namespace removr::api
