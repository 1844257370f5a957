#include "service/api/places.h"

#include <gtest/gtest.h>

#include <vector>

namespace removr::api {
namespace {

TEST(Places, BoundEachNameAndAll) {
  Places places({.all = 12, .per_name = 4});
  std::vector<std::unique_ptr<Places::Place>> taken;
  for (int i = 0; i < 12; ++i) {
    taken.push_back(places.Take(std::to_string(i / 4)));
    ASSERT_TRUE(taken.back()) << i;
  }
  EXPECT_FALSE(places.Take("another"));
  taken.pop_back();
  EXPECT_FALSE(places.Take("0"));
  auto place = places.Take("another");
  EXPECT_TRUE(place);
  EXPECT_FALSE(places.Take("yet another"));
  place.reset();
  EXPECT_TRUE(places.Take("yet another"));
}

}  // namespace
}  // namespace removr::api
