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

TEST(RateLimiter, TellsHowManyAreLeftAndWhenTheBucketIsFull) {
  RateLimiter limiter({}, 100);
  const Rate rate = PerMinute(6);  // one each 10 s
  for (int left = 5; left >= 0; --left) {
    const Taken taken = limiter.Take("anna", rate, 1s);
    EXPECT_TRUE(taken.granted());
    EXPECT_EQ(taken.left, left);
    EXPECT_EQ(taken.full_in, (6 - left) * 10s);
  }
  const Taken refused = limiter.Take("anna", rate, 4s);
  EXPECT_EQ(refused.wait, 7s);
  EXPECT_EQ(refused.left, 0);
  EXPECT_EQ(refused.full_in, 57s);
  // What has begun to come back is not there yet.
  EXPECT_EQ(limiter.Take("anna", rate, 26s).left, 1);  // of 2.5
}

TEST(RateLimiter, TakesEachNameAtItsOwnRate) {
  RateLimiter limiter({}, 100);
  EXPECT_EQ(limiter.Take("anna", PerMinute(600), 0s).left, 599);
  EXPECT_EQ(limiter.Take("ben", PerMinute(1), 0s).left, 0);
  EXPECT_EQ(limiter.Take("ben", PerMinute(1), 0s).wait, 60s);
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
