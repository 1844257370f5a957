// GET /api/v1/files/:job/:name: a cleaned image, its mask or its original, whole or in part.
#include <string>
#include <utility>
#include <variant>

#include "base/log.h"
#include "service/api/blob_source.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/http/conditions.h"
#include "service/http/parameters.h"
#include "service/job/jobs.h"

namespace removr::api {
namespace {

// The record was there a moment ago: a file that is missing now has just expired.
Result<std::unique_ptr<store::BlobReader>> Open(store::Blobs& blobs, const job::FileView& file) {
  auto blob = blobs.Open(file.blob);
  if (!blob && blob.error().code == ErrorCode::kNotFound) {
    log::Warn("the record names {}, and it is not there", file.blob);
    return Fail(ErrorCode::kGone, "the blob is missing: " + file.blob);
  }
  return blob;
}

}  // namespace

Answer GetFile(Context& context) {
  const auto find = [&](store::Transaction& transaction) {
    return job::FindFile(transaction, context.identity.account.id, context.parameters[0], context.parameters[1],
                         context.services.clock.Now());
  };
  ASSIGN_OR_RETURN(const job::FileView file, context.services.database.Read(find));
  const http::Headers& asked = context.request.headers;
  const std::string etag = "\"" + file.sha256 + "\"";

  http::Response response;
  response.headers.Add("ETag", etag);
  response.headers.Add("Cache-Control", "private");
  if (http::IsNotModified(asked, etag)) {
    response.status = kNotModified;
    return response;
  }

  ASSIGN_OR_RETURN(auto blob, Open(context.services.blobs, file));
  const auto file_bytes = static_cast<std::uint64_t>(blob->size_bytes());
  // Range means something for GET alone (RFC 9110, section 14.2).
  const auto range =
      context.request.method == "GET" ? http::RequestedRange(asked, etag, file_bytes) : http::WholeFile{};
  if (std::holds_alternative<http::Unsatisfiable>(range)) return RangeNotSatisfiable(file_bytes);

  http::ByteRange sent{0, file_bytes};
  response.status = kOk;
  if (const auto* part = std::get_if<http::ByteRange>(&range)) {
    sent = *part;
    response.status = kPartialContent;
    response.headers.Add("Content-Range", "bytes " + std::to_string(sent.first) + "-" +
                                              std::to_string(sent.first + sent.size - 1) + "/" +
                                              std::to_string(file_bytes));
  }
  response.headers.Add("Content-Type", std::string(MediaType(file.format)));
  response.headers.Add("Content-Disposition", http::AttachmentDisposition(file.filename));
  response.headers.Add("X-Content-Type-Options", "nosniff");
  response.headers.Add("Accept-Ranges", "bytes");
  response.source = std::make_unique<BlobSource>(std::move(blob), sent.first);
  response.source_bytes = sent.size;
  return response;
}

}  // namespace removr::api
