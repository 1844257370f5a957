#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace removr {
namespace {

Result<int> Half(int x) {
  if (x % 2 != 0) return Fail(ErrorCode::kBadRequest, "odd");
  return x / 2;
}
Status Check(int x) {
  TRY(Half(x));
  return {};
}
Result<std::unique_ptr<int>> Quarter(int x) {
  ASSIGN_OR_RETURN(const int half, Half(x));
  ASSIGN_OR_RETURN(const int quarter, Half(half));
  return std::make_unique<int>(quarter);
}

TEST(Result, HandsAnErrorToTheCaller) {
  EXPECT_EQ(**Quarter(8), 2);
  EXPECT_EQ(Quarter(6).error().code, ErrorCode::kBadRequest);
  EXPECT_FALSE(Check(3));
  EXPECT_TRUE(Check(4));
}

TEST(Result, FallsBackToTheCodesPublicText) {
  EXPECT_EQ((Error{ErrorCode::kGone, "row 7", ""}.Public()), DefaultPublicText(ErrorCode::kGone));
  EXPECT_EQ((Error{ErrorCode::kGone, "row 7", "It is over."}.Public()), "It is over.");
}

}  // namespace
}  // namespace removr
