#include "bench/child.h"

#include <gtest/gtest.h>

namespace removr::bench {
namespace {

TEST(RunChild, MeasuresTheWallAndTheMemoryOfTheChild) {
  const auto slept = RunChild({"/bin/sleep", "0.2"});
  ASSERT_TRUE(slept);
  EXPECT_GE(slept->seconds, .2);
  EXPECT_LT(slept->cpu_seconds, .1);
  const auto large = RunChild({"/bin/sh", "-c", "x=$(head -c 60000000 /dev/zero | tr '\\0' x); echo ${#x}"});
  ASSERT_TRUE(large);
  EXPECT_GT(large->peak_memory_mib, 50);
}

TEST(RunChild, FailsWhereTheProgramDoes) {
  EXPECT_EQ(RunChild({"/bin/false"}).error().code, ErrorCode::kIo);
  EXPECT_EQ(RunChild({"/nowhere/program"}).error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace removr::bench
