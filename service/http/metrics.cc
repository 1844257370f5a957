#include "service/http/metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace removr::http {
namespace {

std::string_view Name(MetricsText::Type type) {
  switch (type) {
    case MetricsText::Type::kCounter: return "counter";
    case MetricsText::Type::kGauge: return "gauge";
    case MetricsText::Type::kHistogram: return "histogram";
  }
  return "untyped";
}

}  // namespace

std::string FormatLabels(Labels labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text.append(text.empty() ? "" : ",").append(name).append("=\"");
    for (const char c : value) {
      if (c == '\n') {
        text.append("\\n");
      } else {
        if (c == '\\' || c == '"') text.push_back('\\');
        text.push_back(c);
      }
    }
    text.push_back('"');
  }
  return text;
}

void MetricsText::Begin(std::string_view name, Type type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, Name(type));
}

void MetricsText::Add(double value, std::string_view labels) { AddPart("", value, labels); }

void MetricsText::AddPart(std::string_view suffix, double value, std::string_view labels) {
  // fmt's shortest form reads back as the same number.
  if (labels.empty()) {
    text_ += fmt::format("{}{} {}\n", name_, suffix, value);
  } else {
    text_ += fmt::format("{}{}{{{}}} {}\n", name_, suffix, labels, value);
  }
}

void MetricsText::Write(std::string_view name, Type type, std::string_view help, double value) {
  Begin(name, type, help);
  Add(value);
}

void DurationHistogram::Observe(const std::string& labels, std::chrono::nanoseconds duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto bucket = std::lower_bound(kBoundsSeconds.begin(), kBoundsSeconds.end(), seconds) - kBoundsSeconds.begin();
  const std::lock_guard lock(mutex_);
  Series& series = series_[labels];
  ++series.counts[static_cast<std::size_t>(bucket)];
  series.sum_seconds += seconds;
}

void DurationHistogram::WriteTo(MetricsText& text, std::string_view name, std::string_view help) const {
  text.Begin(name, MetricsText::Type::kHistogram, help);
  const std::lock_guard lock(mutex_);
  for (const auto& [labels, series] : series_) {
    const std::string before_bound = labels + (labels.empty() ? "" : ",");
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < series.counts.size(); ++i) {
      below += series.counts[i];
      const std::string bound = i < kBoundsSeconds.size() ? fmt::format("{}", kBoundsSeconds[i]) : "+Inf";
      text.AddPart("_bucket", static_cast<double>(below), fmt::format("{}le=\"{}\"", before_bound, bound));
    }
    text.AddPart("_sum", series.sum_seconds, labels);
    text.AddPart("_count", static_cast<double>(below), labels);
  }
}

}  // namespace removr::http
