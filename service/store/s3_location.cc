#include "service/store/s3_location.h"

#include <algorithm>
#include <boost/url.hpp>

namespace removr::store {
namespace {

namespace urls = boost::urls;

constexpr std::size_t kPrefixMaxChars = 500;  // a key has at most 1024 bytes, and a blob's name 200

bool IsOf(std::string_view text, std::string_view marks) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_plain || marks.find(c) != std::string_view::npos;
  });
}

Status Refuse(std::string_view why) {
  return Fail(ErrorCode::kBadRequest, "S3 storage URL: " + std::string(why),
              "The storage URL must have the form s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME: " +
                  std::string(why) + ".");
}

// "a//b/" -> "a/b/". What Amazon calls safe characters, and no part that a path resolves away.
Result<std::string> ReadPrefix(const urls::url_view& url) {
  std::string prefix;
  for (const std::string& part : url.segments()) {
    if (part.empty()) continue;
    if (part.front() == '.' || !IsOf(part, "!-_.*'()")) {
      TRY(Refuse("a part of the prefix has letters, digits and !-_.*'(), and does not begin with a dot"));
    }
    prefix += part + "/";
  }
  if (prefix.size() > kPrefixMaxChars) TRY(Refuse("the prefix is too long"));
  return prefix;
}

// Scheme, host and port alone.
Status CheckEndpoint(const std::string& endpoint) {
  const auto url = urls::parse_uri(endpoint);
  const bool is_web = url && (url->scheme() == "https" || url->scheme() == "http");
  if (!is_web || url->encoded_host().empty() || url->has_userinfo() || url->has_query() || url->has_fragment() ||
      !url->encoded_path().empty()) {
    return Refuse("the endpoint is https:// or http:// and a host, with :PORT where it needs one");
  }
  return {};
}

}  // namespace

Result<S3Location> ParseS3Url(std::string_view text) {
  const auto url = urls::parse_uri(text);
  if (!url || url->scheme() != "s3") TRY(Refuse("it is no such URL"));
  if (url->has_userinfo()) TRY(Refuse("credentials do not belong into it (docs/operating.md)"));
  S3Location location{.bucket = url->host(), .prefix = "", .endpoint = "", .region = "us-east-1"};
  if (location.bucket.size() < 3 || location.bucket.size() > 63 || !IsOf(location.bucket, "-_.") || url->has_port()) {
    TRY(Refuse("a bucket has 3 to 63 letters, digits, dots and hyphens"));
  }
  ASSIGN_OR_RETURN(location.prefix, ReadPrefix(*url));
  for (const auto& parameter : url->params()) {
    if (parameter.key != "endpoint" && parameter.key != "region") TRY(Refuse("it has another parameter"));
    (parameter.key == "endpoint" ? location.endpoint : location.region) = parameter.value;
  }
  if (location.region.empty() || !IsOf(location.region, "-_")) TRY(Refuse("the region is a name"));
  if (location.endpoint.empty()) location.endpoint = "https://s3." + location.region + ".amazonaws.com";
  while (location.endpoint.ends_with('/')) location.endpoint.pop_back();
  TRY(CheckEndpoint(location.endpoint));
  return location;
}

}  // namespace removr::store
