#include "service/job/admission.h"

#include <gtest/gtest.h>

#include "service/job/service_fixture.h"

namespace removr::job {
namespace {

using namespace std::chrono_literals;

TEST(Admission, IsBoundByImagesPixelsAndBytes) {
  const Load bound{3, 100, 1000};
  EXPECT_TRUE(IsWithin({}, bound));
  EXPECT_TRUE(IsWithin({3, 100, 1000}, bound));
  EXPECT_FALSE(IsWithin({4, 0, 0}, bound));
  EXPECT_FALSE(IsWithin({0, 101, 0}, bound));
  EXPECT_FALSE(IsWithin({0, 0, 1001}, bound));
}

TEST(Admission, TheWaitFollowsFromWhatWasDrained) {
  struct Case {
    Load excess, drained;
    std::chrono::seconds wait;
  };
  const Case cases[] = {
      {{}, {60, 60, 60}, 1s},                    // nothing is too much: somebody else was faster
      {{10, 0, 0}, {60, 0, 0}, 11s},             // an image a second
      {{10, 0, 0}, {120, 0, 0}, 6s},             // two
      {{1, 5'000, 0}, {60, 6'000, 0}, 51s},      // the pixels take longest
      {{1, 0, 90}, {60, 0, 60}, 91s},            // the bytes do
      {{-5, -5, 30}, {60, 60, 60}, 31s},         // the others have room
      {{10, 0, 0}, {}, 60s},                     // nothing moves
      {{1'000'000, 0, 0}, {1, 0, 0}, 600s},      // who should wait for that
      {{0, INT64_MAX / 2, 0}, {0, 1, 0}, 600s},  // no overflow
  };
  for (const Case& one : cases) EXPECT_EQ(DrainTime(one.excess, one.drained, 60s), one.wait);
}

TEST(Admission, ReadsThePixelsFromTheHeadOrGuesses) {
  const Limits limits{.pixels_max = 1'000'000};
  auto png = [](std::uint8_t width, std::uint8_t height_thousands) {
    const std::uint32_t height = height_thousands * 1000U;
    return std::vector<std::uint8_t>{0x89,
                                     'P',
                                     'N',
                                     'G',
                                     13,
                                     10,
                                     26,
                                     10,
                                     0,
                                     0,
                                     0,
                                     13,
                                     'I',
                                     'H',
                                     'D',
                                     'R',
                                     0,
                                     0,
                                     0,
                                     width,
                                     0,
                                     0,
                                     static_cast<std::uint8_t>(height >> 8),
                                     static_cast<std::uint8_t>(height),
                                     8,
                                     2,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0,
                                     0};
  };
  EXPECT_EQ(PixelsExpected(png(100, 2), 5000, limits), 200'000);
  EXPECT_EQ(PixelsExpected(png(200, 10), 5000, limits), 1'000'000) << "decoding ends at the limit";
  EXPECT_EQ(PixelsExpected(BytesOf("no image"), 5000, limits), 0);
  const std::vector<std::uint8_t> long_head = {0xFF, 0xD8, 0xFF, 0xE1, 0xFF, 0xFF};
  EXPECT_EQ(PixelsExpected(long_head, 1000, limits), 6000);
  EXPECT_EQ(PixelsExpected(long_head, 6, limits), 0) << "cut off, so nothing will be decoded";
}

using AdmissionTest = ServiceTest;

TEST_F(AdmissionTest, CountsWhatWaitsAndWhatWasFinished) {
  SubmitJob({"clean", "broken", "clean too"});
  const auto waiting = [&] { return database_->Read(ReadWaiting).value(); };
  EXPECT_EQ(waiting(), (Load{3, 0, 5 + 6 + 9}));
  clock_.Advance(10s);
  const Timestamp before = Now();
  clock_.Advance(1s);
  auto worker = MakeWorker();
  ASSERT_TRUE(worker.RunOnce() && worker.RunOnce());
  EXPECT_EQ(waiting(), (Load{1, 0, 9}));
  const auto drained = [&](Timestamp since) {
    return database_->Read([&](store::Transaction& transaction) { return ReadDrained(transaction, since); }).value();
  };
  EXPECT_EQ(drained(before), (Load{2, 0, 11})) << "failed ones too";
  EXPECT_EQ(drained(Now()), Load());
}

}  // namespace
}  // namespace removr::job
