#include "app/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace removr::app {
namespace {

constexpr int kBarColumns = 24;
constexpr auto kRedrawEvery = std::chrono::milliseconds(100);

std::string Duration(double seconds) {
  const long whole = static_cast<long>(std::clamp(seconds, 0.0, 359'999.0));
  const long hours = whole / 3600, minutes = whole / 60 % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60)
                   : fmt::format("{:02}:{:02}", minutes, whole % 60);
}

int TerminalColumns() {
  winsize size = {};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

void Add(Counts& counts, const ImageResult& result) {
  if (result.state == ImageResult::State::kSkipped) {
    ++counts.skipped;
  } else if (result.state == ImageResult::State::kFailed) {
    ++counts.failed;
  } else {
    switch (result.report.verdict) {
      case engine::Verdict::kClean: ++counts.clean; break;
      case engine::Verdict::kResidual: ++counts.residual; break;
      case engine::Verdict::kNoOverlayFound: ++counts.no_overlay_found; break;
    }
  }
}

std::string ProgressLine(const Counts& counts, std::size_t total, std::chrono::duration<double> elapsed, int width) {
  const double share = total == 0 ? 1.0 : static_cast<double>(counts.total()) / static_cast<double>(total);
  const int filled = static_cast<int>(share * kBarColumns);
  std::string line = fmt::format("[{:#<{}}{:.<{}}] {:3.0f} %  {}/{}", "", filled, "", kBarColumns - filled,
                                 std::floor(share * 100), counts.total(), total);
  // What is skipped takes no time, so the rate is of the images that were worked on.
  const int worked = counts.done() + counts.failed;
  if (worked > 0 && elapsed.count() > 0) {
    const double rate = worked / elapsed.count();
    line += fmt::format("  {:.1f}/s  ETA {}", rate, Duration(static_cast<double>(total - counts.total()) / rate));
  }
  line += fmt::format("  clean {}", counts.clean);
  if (counts.residual > 0) line += fmt::format("  residual {}", counts.residual);
  if (counts.no_overlay_found > 0) line += fmt::format("  nothing found {}", counts.no_overlay_found);
  if (counts.skipped > 0) line += fmt::format("  skipped {}", counts.skipped);
  if (counts.failed > 0) line += fmt::format("  failed {}", counts.failed);
  return line.substr(0, static_cast<std::size_t>(std::max(width, 0)));
}

ProgressBar::ProgressBar(std::size_t total)
    : total_(total), on_terminal_(::isatty(STDERR_FILENO) == 1), start_(std::chrono::steady_clock::now()) {}

void ProgressBar::Draw(const Counts& counts) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_terminal_ || (drawn_ && now - drawn_at_ < kRedrawEvery)) return;
  drawn_at_ = now;
  drawn_ = true;
  // The last column stays free: a terminal wraps when it is written.
  fmt::print(stderr, "\r\033[K{}", ProgressLine(counts, total_, now - start_, TerminalColumns() - 1));
  std::fflush(stderr);
}

void ProgressBar::Print(std::FILE* stream, const std::string& line) {
  Erase();
  fmt::print(stream, "{}\n", line);
  std::fflush(stream);
}

void ProgressBar::Erase() {
  if (!drawn_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace removr::app
