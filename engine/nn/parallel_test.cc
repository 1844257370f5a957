#include "engine/nn/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace removr::nn {
namespace {

TEST(ForEach, TakesEachTurnOnce) {
  for (const int threads : {1, 2, 7}) {
    std::vector<std::atomic<int>> turns(100);
    ASSERT_TRUE(ForEach(100, threads, [&](int i) -> Status {
      ++turns[i];
      return {};
    }));
    for (const auto& count : turns) EXPECT_EQ(count, 1);
  }
}

TEST(ForEach, HasNothingToDoForNoTurns) {
  EXPECT_TRUE(ForEach(0, 4, [](int) -> Status { return Fail(ErrorCode::kInternal, "called"); }));
}

TEST(ForEach, ReportsTheErrorOfTheLowestTurn) {
  for (const int threads : {1, 4}) {
    const auto status = ForEach(50, threads, [](int i) -> Status {
      if (i >= 3) return Fail(ErrorCode::kIo, std::to_string(i));
      return {};
    });
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, "3");
  }
}

TEST(ForEach, TurnsAnExceptionIntoAnError) {
  const auto status = ForEach(4, 2, [](int) -> Status { throw std::runtime_error("out of memory"); });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kEngineFailure);
}

}  // namespace
}  // namespace removr::nn
