// Blobs as the objects of an S3 bucket: PREFIX/name. For blobs.cc and tests; others use OpenBlobs.
//
//     Append -> a nameless file in the spool folder -> Commit -> one PUT, which S3 makes visible whole or not at all
//     Open   -> GET of the first block              -> ReadAt -> GETs of that version alone (If-Match)
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "service/store/blobs.h"
#include "service/store/s3_client.h"

namespace removr::store {

// Fails where the bucket cannot be listed now.
Result<std::unique_ptr<Blobs>> OpenS3Blobs(std::string_view url, const BlobOptions& options, S3Patience patience = {});

}  // namespace removr::store
