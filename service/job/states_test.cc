#include "service/job/states.h"

#include <gtest/gtest.h>

namespace removr::job {
namespace {

using namespace std::chrono_literals;
using enum ImageState;
using enum Event;
using enum ErrorCode;

constexpr auto kNoVerdict = std::optional<Verdict>();
constexpr auto kNoError = std::optional<ErrorCode>();

struct Case {
  ImageProgress image;
  Event event;
  std::optional<Verdict> verdict;
  std::optional<ErrorCode> error;
  Step expected;
};

TEST(States, EveryStepThatThereIs) {
  const Case cases[] = {
      // A worker takes it.
      {{kWaiting, 0, 0}, kClaim, kNoVerdict, kNoError, {{kWorking, 0, 0}, false, {}, 0ms}},
      {{kWaiting, 2, 9}, kClaim, kNoVerdict, kNoError, {{kWorking, 2, 9}, false, {}, 0ms}},
      // The engine has delivered: clean is paid for, the rest is not.
      {{kWorking, 0, 0}, kComplete, Verdict::kClean, kNoError, {{kDone, 0, 0}, false, {}, 0ms}},
      {{kWorking, 2, 1}, kComplete, Verdict::kResidual, kNoError, {{kDone, 2, 1}, true, {}, 0ms}},
      {{kWorking, 0, 0}, kComplete, Verdict::kNoOverlayFound, kNoError, {{kDone, 0, 0}, true, {}, 0ms}},
      // The image's own fault is final.
      {{kWorking, 0, 0}, kReject, kNoVerdict, kUnsupportedFormat, {{kFailed, 0, 0}, true, kUnsupportedFormat, 0ms}},
      {{kWorking, 0, 0}, kReject, kNoVerdict, kCorruptImage, {{kFailed, 0, 0}, true, kCorruptImage, 0ms}},
      {{kWorking, 0, 0}, kReject, kNoVerdict, kTooManyPixels, {{kFailed, 0, 0}, true, kTooManyPixels, 0ms}},
      {{kWorking, 0, 0}, kReject, kNoVerdict, kAnimated, {{kFailed, 0, 0}, true, kAnimated, 0ms}},
      {{kWorking, 0, 0}, kReject, kNoVerdict, kMaskMismatch, {{kFailed, 0, 0}, true, kMaskMismatch, 0ms}},
      // The engine died or timed out on it: three tries.
      {{kWorking, 0, 0}, kTry, kNoVerdict, kEngineFailure, {{kWaiting, 1, 0}, false, {}, 0ms}},
      {{kWorking, 1, 0}, kTry, kNoVerdict, kTimeout, {{kWaiting, 2, 0}, false, {}, 0ms}},
      {{kWorking, 2, 0}, kTry, kNoVerdict, kTimeout, {{kFailed, 3, 0}, true, kTimeout, 0ms}},
      {{kWorking, 2, 5}, kTry, kNoVerdict, kEngineFailure, {{kFailed, 3, 5}, true, kEngineFailure, 0ms}},
      // The worker vanished: no try, but a bound, and a growing wait.
      {{kWorking, 2, 0}, kLose, kNoVerdict, kNoError, {{kWaiting, 2, 1}, false, {}, 0ms}},
      {{kWorking, 0, 1}, kLose, kNoVerdict, kNoError, {{kWaiting, 0, 2}, false, {}, 1s}},
      {{kWorking, 0, 4}, kLose, kNoVerdict, kNoError, {{kWaiting, 0, 5}, false, {}, 8s}},
      {{kWorking, 0, 8}, kLose, kNoVerdict, kNoError, {{kWaiting, 0, 9}, false, {}, 60s}},
      {{kWorking, 0, 9}, kLose, kNoVerdict, kNoError, {{kFailed, 0, 10}, true, kEngineFailure, 0ms}},
      // It stopped in good order: nothing is counted.
      {{kWorking, 2, 9}, kHandBack, kNoVerdict, kNoError, {{kWaiting, 2, 9}, false, {}, 0ms}},
      // The job's time is over.
      {{kWaiting, 0, 0}, kExpire, kNoVerdict, kNoError, {{kFailed, 0, 0}, true, kTimeout, 0ms}},
      {{kWorking, 1, 1}, kExpire, kNoVerdict, kNoError, {{kFailed, 1, 1}, true, kTimeout, 0ms}},
      // The job is deleted.
      {{kWaiting, 1, 0}, kCancel, kNoVerdict, kNoError, {{kFailed, 1, 0}, true, kCancelled, 0ms}},
      {{kWorking, 0, 2}, kCancel, kNoVerdict, kNoError, {{kFailed, 0, 2}, true, kCancelled, 0ms}},
  };
  for (const Case& c : cases) {
    const auto step = Next(c.image, c.event, c.verdict, c.error);
    const int row = static_cast<int>(&c - cases);
    ASSERT_TRUE(step) << "row " << row;
    EXPECT_EQ(*step, c.expected) << "row " << row;
  }
}

TEST(States, NothingElseHappens) {
  for (const ImageState state : {kWaiting, kWorking, kDone, kFailed}) {
    for (const Event event : {kClaim, kComplete, kReject, kTry, kLose, kHandBack, kExpire, kCancel}) {
      const bool is_step =
          (state == kWaiting && (event == kClaim || event == kExpire || event == kCancel)) || (state == kWorking && event != kClaim);
      if (is_step) continue;
      const auto step = Next({state, 0, 0}, event, Verdict::kClean, kTimeout);
      ASSERT_FALSE(step) << Name(state) << " " << static_cast<int>(event);
      EXPECT_EQ(step.error().code, kConflict);
    }
  }
}

TEST(States, AnEventWithoutItsReasonIsOurOwnBug) {
  const ImageProgress working{kWorking, 0, 0};
  EXPECT_EQ(Next(working, kComplete).error().code, kInternal);
  EXPECT_EQ(Next(working, kReject).error().code, kInternal);
  EXPECT_EQ(Next(working, kReject, {}, kTimeout).error().code, kInternal);
  EXPECT_EQ(Next(working, kTry).error().code, kInternal);
  EXPECT_EQ(Next(working, kTry, {}, kCorruptImage).error().code, kInternal);
}

TEST(States, AJobIsDoneWithItsLastImage) {
  EXPECT_EQ(StateOf(3, 0), JobState::kProcessing);
  EXPECT_EQ(StateOf(3, 2), JobState::kProcessing);
  EXPECT_EQ(StateOf(3, 3), JobState::kDone);
}

TEST(States, NamesReadBack) {
  for (const ImageState state : {kWaiting, kWorking, kDone, kFailed}) EXPECT_EQ(ParseImageState(Name(state)), state);
  for (const Verdict verdict : {Verdict::kClean, Verdict::kResidual, Verdict::kNoOverlayFound}) {
    EXPECT_EQ(ParseVerdict(Name(verdict)), verdict);
  }
  EXPECT_FALSE(ParseImageState("nothing"));
  EXPECT_FALSE(ParseVerdict(""));
}

TEST(States, TheTimeLimitGrowsWithTheImage) {
  EXPECT_EQ(TimeLimit(0), 30s);
  EXPECT_EQ(TimeLimit(24'000'000), 102s);
  EXPECT_EQ(TimeLimit(100'000'000), 330s);
}

}  // namespace
}  // namespace removr::job
