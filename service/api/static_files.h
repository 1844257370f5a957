// The web app's files, read into memory when the server starts: what is served is looked up among them and nowhere
// else, so that no path leads out of the folder. docs/web-api.md says what is sent for which path.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/http/message.h"

namespace removr::api {

class StaticFiles {
 public:
  static constexpr std::int64_t kMaxBytes = 64 * 1024 * 1024;

  // All plain files below `folder`, links left out. FILE.br and FILE.gz beside FILE are its compressed forms. kNotFound
  // where there is no index.html, kFileTooLarge beyond kMaxBytes, kIo.
  static Result<StaticFiles> Load(const std::filesystem::path& folder);

  // The answer to GET or HEAD for a path that no route has: a file, the app's page, or that page with 404. A 404 for
  // whoever does not take HTML is kNotFound.
  Result<http::Response> Get(const http::Request& request) const;

 private:
  struct Form {
    std::string encoding;  // "br", "gzip", "" as it is
    std::string bytes;
    std::string etag;
  };
  struct File {
    std::string media_type;
    bool immutable = false;
    std::vector<Form> forms;  // the best first, "" last
  };

  http::Response Send(const File& file, const http::Request& request, int status) const;

  std::map<std::string, File, std::less<>> files_;  // by path: "/assets/app-1a2b3c.js"
};

// Whether an Accept-Encoding takes `coding` (RFC 9110, section 12.5.3).
bool AcceptsEncoding(std::string_view accept_encoding, std::string_view coding);

}  // namespace removr::api
