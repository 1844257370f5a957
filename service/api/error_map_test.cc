#include "service/api/error_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace removr::api {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ErrorMap, GivesEveryErrorItsStatusAndCode) {
  struct Row {
    ErrorCode code;
    int status;
    std::string_view name;
    bool retry;
  };
  for (const Row& row : {
           Row{ErrorCode::kBadRequest, 400, "bad_request", false},
           Row{ErrorCode::kUnauthorized, 401, "unauthorized", false},
           Row{ErrorCode::kInsufficientCredits, 402, "insufficient_credits", false},
           Row{ErrorCode::kForbidden, 403, "forbidden", false},
           Row{ErrorCode::kNotFound, 404, "not_found", false},
           Row{ErrorCode::kTimeout, 408, "request_timeout", false},
           Row{ErrorCode::kConflict, 409, "conflict", true},
           Row{ErrorCode::kGone, 410, "gone", false},
           Row{ErrorCode::kTooManyFiles, 413, "too_many_files", false},
           Row{ErrorCode::kFileTooLarge, 413, "file_too_large", false},
           Row{ErrorCode::kUnsupportedMediaType, 415, "unsupported_media_type", false},
           Row{ErrorCode::kIdempotencyMismatch, 422, "idempotency_mismatch", false},
           Row{ErrorCode::kBusy, 503, "busy", true},
           Row{ErrorCode::kStorageFull, 503, "busy", true},
           Row{ErrorCode::kCancelled, 503, "busy", true},
           Row{ErrorCode::kIo, 503, "busy", true},
           Row{ErrorCode::kInternal, 500, "internal", false},
           Row{ErrorCode::kCorruptImage, 500, "internal", false},
       }) {
    const http::Response response = ToResponse(Error{row.code, "for the log", "for the user"});
    EXPECT_EQ(response.status, row.status);
    EXPECT_EQ(response.headers.Find("Content-Type"), "application/problem+json");
    EXPECT_EQ(response.close, row.status == 413) << row.name;
    EXPECT_EQ(response.headers.Find("Retry-After").has_value(), row.retry) << row.name;
    EXPECT_THAT(response.body, HasSubstr("\"code\":\"" + std::string(row.name) + "\""));
    EXPECT_THAT(response.body, HasSubstr("\"status\":" + std::to_string(row.status)));
    EXPECT_THAT(response.body, Not(HasSubstr("for the log")));
    // What is our own fault is told in our own words.
    const bool ours = row.status == 500 || row.code == ErrorCode::kIo;
    const std::string error = ours ? "Something went wrong on our side." : "for the user";
    EXPECT_THAT(response.body, HasSubstr("\"error\":\"" + error + "\""));
  }
}

TEST(ErrorMap, AnswersTheServersOwnRefusals) {
  EXPECT_EQ(ToResponse(http::Fault::kMalformed).status, 400);
  EXPECT_EQ(ToResponse(http::Fault::kTimeout).status, 408);
  EXPECT_EQ(ToResponse(http::Fault::kHeadersTooLarge).status, 431);
  EXPECT_THAT(ToResponse(http::Fault::kHeadersTooLarge).body, HasSubstr("\"code\":\"headers_too_large\""));
  EXPECT_EQ(ToResponse(http::Fault::kFailed).status, 500);
  EXPECT_EQ(ToResponse(http::Fault::kOverloaded).status, 503);
  EXPECT_TRUE(ToResponse(http::Fault::kOverloaded).headers.Find("Retry-After"));
}

TEST(ErrorMap, SaysHowLongToWait) {
  EXPECT_EQ(RateLimited(std::chrono::seconds(7)).status, 429);
  EXPECT_EQ(RateLimited(std::chrono::seconds(7)).headers.Find("Retry-After"), "7");
  EXPECT_EQ(RateLimited(std::chrono::seconds(0)).headers.Find("Retry-After"), "1");
  EXPECT_THAT(RateLimited(std::chrono::seconds(1)).body, HasSubstr("\"code\":\"rate_limited\""));
}

TEST(ErrorMap, IsProblemJson) {
  const http::Response response = ToResponse(Error{ErrorCode::kInsufficientCredits, "", ""}, job::Shortfall{2, 5});
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Payment Required","status":402,)"
                           R"("detail":"Not enough credits for these images.","code":"insufficient_credits",)"
                           R"("error":"Not enough credits for these images.","balance":2,"required":5})");
  EXPECT_EQ(ToResponse(Error{ErrorCode::kUnauthorized, "", ""}).headers.Find("WWW-Authenticate"), "Bearer");
}

}  // namespace
}  // namespace removr::api
