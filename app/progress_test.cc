#include "app/progress.h"

#include <gtest/gtest.h>

namespace removr::app {
namespace {

using std::chrono::seconds;

TEST(ProgressLine, ShowsShareRateAndTimeLeft) {
  const Counts counts{.clean = 40, .residual = 0, .no_overlay_found = 8, .skipped = 50, .failed = 2};
  EXPECT_EQ(
      ProgressLine(counts, 200, seconds(10), 200),
      "[############............]  50 %  100/200  5.0/s  ETA 00:20  clean 40  nothing found 8  skipped 50  failed 2");
}

TEST(ProgressLine, SaysNoRateBeforeTheFirstImage) {
  EXPECT_EQ(ProgressLine({}, 3, seconds(10), 200), "[........................]   0 %  0/3  clean 0");
}

TEST(ProgressLine, IsFullOnlyAtTheEnd) {
  const Counts counts{.clean = 999, .residual = 0, .no_overlay_found = 0, .skipped = 0, .failed = 0};
  EXPECT_NE(ProgressLine(counts, 1000, seconds(1), 200).find(" 99 %"), std::string::npos);
}

TEST(ProgressLine, FitsTheTerminal) { EXPECT_EQ(ProgressLine({.clean = 1}, 3, seconds(1), 30).size(), 30U); }

}  // namespace
}  // namespace removr::app
