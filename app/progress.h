// What a person sees of a run: a bar on a terminal, plain lines otherwise, and a summary.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "app/batch.h"

namespace removr::app {

struct Counts {
  int clean = 0, residual = 0, no_overlay_found = 0, skipped = 0, failed = 0;
  int done() const { return clean + residual + no_overlay_found; }
  int total() const { return done() + skipped + failed; }
};

void Add(Counts& counts, const ImageResult& result);

// One line: "[######......]  45 %  3600/8000  12.3/s  ETA 05:58  clean 3100 ...". Pure; at most `width` columns.
std::string ProgressLine(const Counts& counts, std::size_t total, std::chrono::duration<double> elapsed, int width);

// The bar lives in the last line of standard error, and is drawn only where that is a terminal.
class ProgressBar {
 public:
  explicit ProgressBar(std::size_t total);
  ~ProgressBar() { Erase(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  bool shown() const { return on_terminal_; }
  void Draw(const Counts& counts);
  // Writes a line to `stream`, above the bar.
  void Print(std::FILE* stream, const std::string& line);

 private:
  void Erase();

  const std::size_t total_;
  const bool on_terminal_;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_at_;
  bool drawn_ = false;
};

}  // namespace removr::app
