// What an S3 server answers in XML: listings and errors. Reads the few elements that are used, and holds no tree, so
// that an answer costs no more than its size. Its fuzz target: fuzz/s3_listing_fuzz.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace removr::store {

struct S3Object {
  std::string key;
  std::int64_t size_bytes = 0;
};

// One page of ListObjectsV2.
struct S3Listing {
  std::vector<S3Object> objects;
  std::vector<std::string> common_prefixes;
  std::string next;  // the continuation token; "" where this page is the last
};

// kIo where it is no such answer.
Result<S3Listing> ParseS3Listing(std::string_view xml);

// The code of an error answer, "NoSuchKey"; "" where there is none.
std::string ParseS3ErrorCode(std::string_view xml);

}  // namespace removr::store
