#include "service/api/event_streams.h"

#include <gtest/gtest.h>

#include <vector>

namespace removr::api {
namespace {

TEST(EventStreams, BoundEachAccountAndAll) {
  EventStreams streams;
  std::vector<std::unique_ptr<EventStreams::Place>> places;
  for (int i = 0; i < EventStreams::kMax; ++i) {
    places.push_back(streams.Take(std::to_string(i / EventStreams::kMaxPerAccount)));
    ASSERT_TRUE(places.back()) << i;
  }
  EXPECT_FALSE(streams.Take("another"));
  places.pop_back();
  EXPECT_FALSE(streams.Take("0"));
  auto place = streams.Take("another");
  EXPECT_TRUE(place);
  EXPECT_FALSE(streams.Take("yet another"));
  place.reset();
  EXPECT_TRUE(streams.Take("yet another"));
}

}  // namespace
}  // namespace removr::api
