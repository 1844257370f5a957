#include "service/api/static_files.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "service/account/secret.h"
#include "service/api/error_map.h"
#include "service/http/conditions.h"
#include "service/http/text.h"

namespace removr::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPage = "/index.html";

// Below these the app has pages of its own; a path without a file elsewhere is a mistake.
constexpr auto kAppPaths = std::to_array<std::string_view>(
    {"account", "docs", "jobs", "admin", "sign-in", "sign-up", "forgot", "reset", "terms"});

constexpr auto kMediaTypes = std::to_array<std::pair<std::string_view, std::string_view>>({
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".xml", "application/xml"},
});

// The best first.
constexpr auto kEncodings =
    std::to_array<std::pair<std::string_view, std::string_view>>({{".br", "br"}, {".gz", "gzip"}});

constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

std::string_view MediaTypeOf(const fs::path& path) {
  const std::string extension = http::LowerCase(path.extension().string());
  for (const auto& [of, type] : kMediaTypes) {
    if (of == extension) return type;
  }
  return "application/octet-stream";
}

Result<std::string> ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) return Fail(ErrorCode::kIo, "cannot read " + path.string());
  return bytes;
}

// Every plain file below `folder`, by its path from there: "/assets/app.js".
Result<std::map<std::string, std::string, std::less<>>> ReadFolder(const fs::path& folder) {
  std::map<std::string, std::string, std::less<>> files;
  std::int64_t size_bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->is_symlink(error) || !at->is_regular_file(error)) continue;
    size_bytes += static_cast<std::int64_t>(at->file_size(error));
    if (size_bytes > StaticFiles::kMaxBytes) {
      return Fail(ErrorCode::kFileTooLarge, "the web app's folder " + folder.string() + " has more than 64 MiB");
    }
    ASSIGN_OR_RETURN(files["/" + at->path().lexically_relative(folder).generic_string()], ReadFile(at->path()));
  }
  if (error) return Fail(ErrorCode::kIo, "cannot read " + folder.string() + ": " + error.message());
  return files;
}

bool TakesHtml(const http::Request& request) {
  return request.headers.Find("Accept").value_or("").find("text/html") != std::string_view::npos;
}

// "/a%20b" as it would stand in the folder; "" where it does not decode.
std::string Decode(std::string_view path) {
  std::string decoded;
  for (const std::string& segment : http::SplitPath(path).value_or(std::vector<std::string>())) {
    decoded += "/" + segment;
  }
  return decoded;
}

bool IsAppPath(std::string_view path) {
  const std::string_view first = path.substr(1, path.find('/', 1) - 1);
  return path == "/" || std::find(kAppPaths.begin(), kAppPaths.end(), first) != kAppPaths.end();
}

}  // namespace

bool AcceptsEncoding(std::string_view accept_encoding, std::string_view coding) {
  bool accepts_any = false;
  while (!accept_encoding.empty()) {
    const std::string_view item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
    const std::string_view name = http::Trim(item.substr(0, item.find(';')));
    const auto weight_at = item.find("q=");
    const std::string_view weight = weight_at == item.npos ? "1" : http::Trim(item.substr(weight_at + 2));
    const bool refused = weight.find_first_not_of("0.") == weight.npos;
    if (http::EqualsIgnoringCase(name, coding)) return !refused;
    if (name == "*") accepts_any = !refused;
  }
  return accepts_any;
}

Result<StaticFiles> StaticFiles::Load(const fs::path& folder) {
  ASSIGN_OR_RETURN(auto bytes, ReadFolder(folder));
  if (!bytes.contains(kPage)) return Fail(ErrorCode::kNotFound, "no index.html in " + folder.string());
  const auto make_form = [](std::string_view encoding, const std::string& content) {
    return Form{std::string(encoding), content, "\"" + account::Sha256Hex(content).substr(0, 32) + "\""};
  };
  StaticFiles files;
  for (const auto& [path, content] : bytes) {
    File file{.media_type = std::string(MediaTypeOf(path)), .immutable = path.starts_with("/assets/"), .forms = {}};
    for (const auto& [extension, encoding] : kEncodings) {
      const auto packed = bytes.find(path + std::string(extension));
      if (packed != bytes.end()) file.forms.push_back(make_form(encoding, packed->second));
    }
    file.forms.push_back(make_form("", content));
    files.files_.emplace(path, std::move(file));
  }
  return files;
}

Result<http::Response> StaticFiles::Get(const http::Request& request) const {
  const std::string path = Decode(request.path);
  if (const auto file = files_.find(path); file != files_.end()) return Send(file->second, request, kOk);
  const bool is_page = path.starts_with('/') && IsAppPath(path);
  if (!is_page && !TakesHtml(request)) return Fail(ErrorCode::kNotFound, "no file " + path);
  return Send(files_.find(kPage)->second, request, is_page ? kOk : kMissing);
}

http::Response StaticFiles::Send(const File& file, const http::Request& request, int status) const {
  const std::string_view accepted = request.headers.Find("Accept-Encoding").value_or("");
  const Form& form = *std::find_if(file.forms.begin(), file.forms.end(), [&](const Form& candidate) {
    return candidate.encoding.empty() || AcceptsEncoding(accepted, candidate.encoding);
  });
  http::Response response;
  response.status = status;
  response.headers.Add("ETag", form.etag);
  response.headers.Add("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.forms.size() > 1) response.headers.Add("Vary", "Accept-Encoding");
  response.headers.Add("Content-Security-Policy", std::string(kPolicy));
  response.headers.Add("X-Content-Type-Options", "nosniff");
  response.headers.Add("Referrer-Policy", "same-origin");
  response.headers.Add("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.Add("Cross-Origin-Resource-Policy", "same-origin");
  if (status == kOk && http::IsNotModified(request.headers, form.etag)) {
    response.status = kNotModified;
    return response;
  }
  response.headers.Add("Content-Type", file.media_type);
  if (!form.encoding.empty()) response.headers.Add("Content-Encoding", form.encoding);
  response.body = form.bytes;
  return response;
}

}  // namespace removr::api
