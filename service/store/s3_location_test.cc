#include "service/store/s3_location.h"

#include <gtest/gtest.h>

namespace removr::store {
namespace {

TEST(S3Location, ReadsBucketPrefixEndpointAndRegion) {
  const std::pair<std::string_view, S3Location> cases[] = {
      {"s3://photos", {"photos", "", "https://s3.us-east-1.amazonaws.com", "us-east-1"}},
      {"s3://photos/?region=eu-central-1", {"photos", "", "https://s3.eu-central-1.amazonaws.com", "eu-central-1"}},
      {"s3://my.photos/a//B_(1)/?endpoint=http://127.0.0.1:9000/&region=x",
       {"my.photos", "a/B_(1)/", "http://127.0.0.1:9000", "x"}},
      {"s3://photos/a?endpoint=https%3A%2F%2F%5B::1%5D:443", {"photos", "a/", "https://[::1]:443", "us-east-1"}},
  };
  for (const auto& [url, expected] : cases) EXPECT_EQ(ParseS3Url(url).value(), expected) << url;
}

TEST(S3Location, RefusesTheRestAndRepeatsNoSecret) {
  for (const std::string& url : {
           std::string("s3:"),
           std::string("s3://"),
           std::string("s3:///a"),
           std::string("s3://ab"),
           "s3://" + std::string(64, 'a'),
           std::string("s3://buc%2Fket/a"),
           std::string("s3://bucket:80/a"),
           std::string("s3://id:hush@bucket/a"),
           std::string("s3://bucket/../a"),
           std::string("s3://bucket/%2e%2e/a"),
           std::string("s3://bucket/a%20b"),
           std::string("s3://bucket/a%2Fb"),
           "s3://bucket/" + std::string(501, 'a'),
           std::string("s3://bucket/a?secret=hush"),
           std::string("s3://bucket/a?region="),
           std::string("s3://bucket/a?region=a%2Fhush"),
           std::string("s3://bucket/a?endpoint=ftp://host"),
           std::string("s3://bucket/a?endpoint=host"),
           std::string("s3://bucket/a?endpoint=https://"),
           std::string("s3://bucket/a?endpoint=https://id:hush@host"),
           std::string("s3://bucket/a?endpoint=https://host/path"),
           std::string("s3://bucket/a?endpoint=https://host%3Fa"),
           std::string("file:/a"),
       }) {
    const auto refused = ParseS3Url(url);
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, ErrorCode::kBadRequest) << url;
    EXPECT_EQ((refused.error().message + refused.error().public_text).find("hush"), std::string::npos) << url;
  }
}

}  // namespace
}  // namespace removr::store
