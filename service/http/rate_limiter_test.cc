#include "service/http/rate_limiter.h"

#include <gtest/gtest.h>

namespace removr::http {
namespace {

using namespace std::chrono_literals;

TEST(RateLimiter, GrantsABurstAndThenOneEachRefill) {
  RateLimiter limiter({.burst = 3, .refill = 10s}, 100);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.Take("anna", 5s), std::nullopt) << i;
  EXPECT_EQ(limiter.Take("anna", 5s), 10s);
  EXPECT_EQ(limiter.Take("anna", 14s), 1s);
  EXPECT_EQ(limiter.Take("anna", 15s), std::nullopt);
  EXPECT_EQ(limiter.Take("anna", 15s), 10s);
  EXPECT_EQ(limiter.Take("ben", 15s), std::nullopt);
}

TEST(RateLimiter, IsFullAgainAfterAPause) {
  RateLimiter limiter({.burst = 2, .refill = 10s}, 100);
  EXPECT_EQ(limiter.Take("anna", 0s), std::nullopt);
  EXPECT_EQ(limiter.Take("anna", 0s), std::nullopt);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(limiter.Take("anna", 1h), std::nullopt);
  EXPECT_NE(limiter.Take("anna", 1h), std::nullopt);
}

TEST(RateLimiter, ForgetsOnlyWhatCameLongAgo) {
  RateLimiter limiter({.burst = 1, .refill = 1h}, 10);
  EXPECT_EQ(limiter.Take("anna", 0s), std::nullopt);
  for (int i = 0; i < 9; ++i) limiter.Take(std::to_string(i), 0s);
  EXPECT_NE(limiter.Take("anna", 0s), std::nullopt);
  for (int i = 10; i < 15; ++i) limiter.Take(std::to_string(i), 0s);
  EXPECT_NE(limiter.Take("anna", 0s), std::nullopt);
  for (int i = 20; i < 40; ++i) limiter.Take(std::to_string(i), 0s);
  EXPECT_EQ(limiter.Take("anna", 0s), std::nullopt);
}

}  // namespace
}  // namespace removr::http
