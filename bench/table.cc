#include "bench/table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace removr::bench {
namespace {

std::size_t Characters(const std::string& text) {
  return std::ranges::count_if(text, [](unsigned char c) { return (c & 0xC0) != 0x80; });
}

std::string Padded(const std::string& text, std::size_t width, bool left) {
  const std::string blanks(width - std::min(width, Characters(text)), ' ');
  return left ? text + blanks : blanks + text;
}

}  // namespace

std::string Table::Text(bool markdown) const {
  std::vector<std::size_t> widths(rows_[0].size(), 3);
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Characters(row[i]));
  }
  std::string text;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    for (std::size_t i = 0; i < rows_[r].size(); ++i) {
      text += markdown ? "| " : i == 0 ? "" : "  ";
      text += Padded(rows_[r][i], widths[i], i == 0) + (markdown ? " " : "");
    }
    text += markdown ? "|\n" : "\n";
    if (r > 0) continue;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (markdown)
        text += i == 0 ? "| " + std::string(widths[i], '-') + " " : "| " + std::string(widths[i] - 1, '-') + ": ";
      else
        text += (i == 0 ? "" : "  ") + std::string(widths[i], '-');
    }
    text += markdown ? "|\n" : "\n";
  }
  return text;
}

std::string Number(double value, int decimals) {
  if (!std::isfinite(value)) return "–";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

Summary Summarise(std::vector<double> values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  const auto n = static_cast<double>(values.size());
  Summary summary;
  for (const double value : values) summary.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - summary.mean) * (value - summary.mean);
  summary.deviation = n > 1 ? std::sqrt(squares / (n - 1)) : 0;
  const auto quantile = [&](double q) {
    const double at = q * (n - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (values[above] - values[below]) * (at - static_cast<double>(below));
  };
  summary.lower = quantile(.25);
  summary.median = quantile(.5);
  summary.upper = quantile(.75);
  return summary;
}

}  // namespace removr::bench
