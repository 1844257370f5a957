// What an S3 server answers, in any bytes: no listing is larger than what it was read from, and a refusal is an I/O
// error.
#include <string_view>

#include "fuzz/fuzz.h"
#include "service/store/s3_listing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace removr;
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  fuzz::Require(store::ParseS3ErrorCode(xml).size() <= 64, "a code is short");
  const auto listing = store::ParseS3Listing(xml);
  if (!listing) {
    fuzz::Require(listing.error().code == ErrorCode::kIo, "a bad listing is an I/O error");
    return 0;
  }
  std::size_t keys = 0, prefixes = 0;
  for (const store::S3Object& object : listing->objects) {
    fuzz::Require(object.size_bytes >= 0, "sizes are not negative");
    keys += object.key.size();
  }
  for (const std::string& prefix : listing->common_prefixes) prefixes += prefix.size();
  // Each by itself: where elements are not nested as they should be, one text may be read as two things.
  for (const std::size_t read : {keys, prefixes, listing->next.size()})
    fuzz::Require(read <= size, "nothing is made up");
  return 0;
}
