#include "app/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace removr::app {
namespace {

ImageResult Numbered(std::size_t index) {
  ImageResult result;
  result.path = std::to_string(index);
  return result;
}

BatchCallbacks Quiet() {
  return {.work = Numbered,
          .on_finished = [](const ImageResult&) {},
          .on_next = [](const ImageResult&) {},
          .on_tick = [] {},
          .stop = [] { return false; }};
}

TEST(RunBatch, HandsResultsOutInTheOrderOfTheInputs) {
  std::vector<std::string> order, expected;
  for (int i = 0; i < 40; ++i) expected.push_back(std::to_string(i));
  BatchCallbacks callbacks = Quiet();
  callbacks.work = [](std::size_t index) {
    std::this_thread::sleep_for(std::chrono::milliseconds(index % 3));  // later ones overtake
    return Numbered(index);
  };
  callbacks.on_next = [&](const ImageResult& result) { order.push_back(result.path); };
  EXPECT_TRUE(RunBatch(40, 4, callbacks));
  EXPECT_EQ(order, expected);
}

TEST(RunBatch, FinishesWhatWasBegunAndBeginsNoMoreAfterAStop) {
  std::atomic<int> begun{0};
  int shown = 0;
  BatchCallbacks callbacks = Quiet();
  callbacks.work = [&](std::size_t index) {
    ++begun;
    return Numbered(index);
  };
  callbacks.on_next = [&](const ImageResult&) { ++shown; };
  callbacks.stop = [&] { return begun >= 3; };
  EXPECT_FALSE(RunBatch(1000, 2, callbacks));
  EXPECT_LE(begun, 4);  // 3, and one that passed the question at the same time
  EXPECT_EQ(shown, begun);
}

TEST(RunBatch, DoesNothingForNothing) { EXPECT_TRUE(RunBatch(0, 2, Quiet())); }

TEST(MemoryBudget, LetsInOnlyWhatFits) {
  MemoryBudget budget(100);
  std::atomic<std::int64_t> used{0}, most{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const MemoryBudget::Share share(budget, 40);
      const std::int64_t now = used += 40;
      for (std::int64_t seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      used -= 40;
    });
  }
  threads.clear();
  EXPECT_EQ(most, 80);
}

TEST(MemoryBudget, LetsTheTooLargeInAlone) {
  MemoryBudget budget(100);
  const MemoryBudget::Share share(budget, 1'000'000);
  SUCCEED();  // it did not wait for ever
}

}  // namespace
}  // namespace removr::app
