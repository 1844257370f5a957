// Where an S3 storage is: s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=NAME
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace removr::store {

struct S3Location {
  std::string bucket;
  std::string prefix;    // what every key begins with: "" or "a/b/"
  std::string endpoint;  // "https://HOST" or "http://HOST", with ":PORT" where it is not the scheme's own
  std::string region;
  bool operator==(const S3Location&) const = default;
};

// Without a region us-east-1 is meant, without an endpoint Amazon's of the region. kBadRequest for any other form, with
// a text that does not repeat the URL: people write secrets into such.
Result<S3Location> ParseS3Url(std::string_view url);

}  // namespace removr::store
