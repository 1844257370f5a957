#include "service/job/sha256.h"

#include <gtest/gtest.h>

namespace removr::job {
namespace {

// FIPS 180-4's examples.
TEST(Sha256, HashesInPieces) {
  EXPECT_EQ(Sha256().Hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 whole, pieces;
  whole.Add("abc");
  pieces.Add("a");
  pieces.Add("");
  pieces.Add(std::array<std::uint8_t, 2>{'b', 'c'});
  EXPECT_EQ(whole.Hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(pieces.Hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace removr::job
