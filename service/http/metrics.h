// Figures in Prometheus' text format, version 0.0.4: a writer for values that are read when they are asked for, and a
// histogram for what happens in between. Knows no product.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace removr::http {

// One sample's labels: {{"method", "GET"}, {"route", "/healthz"}}. Names are ours; values may be any text.
using Labels = std::span<const std::pair<std::string_view, std::string_view>>;
// `method="GET",route="/healthz"`
std::string FormatLabels(Labels labels);

inline constexpr std::string_view kMetricsMediaType = "text/plain; version=0.0.4; charset=utf-8";

class MetricsText {
 public:
  enum class Type { kCounter, kGauge, kHistogram };

  // Begins a family; its samples follow.
  void Begin(std::string_view name, Type type, std::string_view help);
  // `labels` as FormatLabels gives them; "" for none.
  void Add(double value, std::string_view labels = "");
  // A family of one sample.
  void Write(std::string_view name, Type type, std::string_view help, double value);
  // Of a histogram: `suffix` is "_bucket", "_sum" or "_count".
  void AddPart(std::string_view suffix, double value, std::string_view labels);

  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  std::string name_;
};

// Durations by labels, each in buckets from a millisecond to a minute. Thread-safe. Keep the labels few: each
// combination costs a few hundred bytes, for ever.
class DurationHistogram {
 public:
  static constexpr std::array<double, 13> kBoundsSeconds = {.001, .0025, .005, .01, .025, .05, .1,
                                                            .25,  .5,    1,    5,   15,   60};

  void Observe(const std::string& labels, std::chrono::nanoseconds duration);
  void WriteTo(MetricsText& text, std::string_view name, std::string_view help) const;

 private:
  struct Series {
    std::array<std::uint64_t, kBoundsSeconds.size() + 1> counts{};  // the last: beyond all bounds
    double sum_seconds = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Series> series_;
};

}  // namespace removr::http
