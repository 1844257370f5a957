#include "service/store/s3_client.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <thread>

#include "base/limits.h"
#include "base/log.h"
#include "service/store/s3_listing.h"

namespace removr::store {
namespace {

constexpr std::size_t kIdleMax = 16;
constexpr long kStallBytesPerSecond = 1024;
// For a "100 Continue", which lets a refusal come before the bytes; not every server sends it.
constexpr long kContinueWaitMs = 300;
// A page of 1000 keys of 1024 bytes each, and what stands around them.
constexpr std::size_t kTextMaxBytes = 4 * kMiB;

constexpr const char* kNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";  // its SHA-256

using HeaderList = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

// RFC 3986's unreserved characters stay, and the slash between the parts of a key. Signature Version 4 signs a path and
// a query as they are sent, and asks for exactly this form.
std::string Escape(std::string_view text, bool is_path) {
  constexpr std::string_view kHex = "0123456789ABCDEF", kMarks = "-_.~";
  std::string escaped;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_plain || kMarks.find(c) != std::string_view::npos || (is_path && c == '/')) {
      escaped += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += {'%', kHex[byte / 16], kHex[byte % 16]};
    }
  }
  return escaped;
}

// The size in "bytes 0-99/1234".
std::optional<std::int64_t> SizeOfContentRange(std::string_view field) {
  const std::string_view digits = field.substr(field.rfind('/') + 1);
  std::int64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return size;
}

std::string_view Field(CURL* easy, const char* name) {
  curl_header* header = nullptr;
  return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : "";
}

// Whether another try may go better.
bool IsTransient(CURLcode code) {
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_WRITE_ERROR:  // more came than was asked for
    case CURLE_READ_ERROR:   // of the file that is sent
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_OUT_OF_MEMORY: return false;
    default: return true;
  }
}

// RFC 9110 and 4918; the codes are those of Amazon, Ceph, MinIO and Versity.
ErrorCode CodeOf(long status, std::string_view code) {
  constexpr std::string_view kFull[] = {"QuotaExceeded",
                                        "QuotaExceededException",
                                        "InsufficientCapacity",
                                        "NoSpaceLeftOnDevice",
                                        "XMinioStorageFull",
                                        "StorageFull",
                                        "XMinioAdminBucketQuotaExceeded"};
  if (status == 507 || std::find(std::begin(kFull), std::end(kFull), code) != std::end(kFull)) {
    return ErrorCode::kStorageFull;
  }
  if (status == 412 || (status == 404 && code != "NoSuchBucket")) return ErrorCode::kNotFound;
  const bool is_transient = status == 408 || status == 409 || status == 429 || (status >= 500 && status != 501);
  return is_transient || code == "RequestTimeout" ? ErrorCode::kBusy : ErrorCode::kIo;
}

bool IsCredential(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

}  // namespace

struct S3Request {
  const char* method = "GET";
  std::string key;  // "": of the bucket itself
  std::vector<std::pair<std::string, std::string>> parameters = {};
  std::string range = {};             // "0-99"
  std::string if_match = {};          // an ETag
  int fd = -1;                        // what is sent, where it is none
  std::int64_t size_bytes = 0;        // of that
  std::string sha256_hex = kNothing;  // of that
  std::span<std::uint8_t> into = {};  // where an object's bytes go
};

struct S3Answer {
  long status = 0;
  std::string text;            // where it is no object's bytes
  std::size_t read_bytes = 0;  // of `into`
  std::string etag;
  std::optional<std::int64_t> object_bytes;
};

namespace {

// One try, as libcurl's callbacks see it.
struct Exchange {
  const S3Request& request;
  CURL* easy;
  S3Answer answer = {};
  std::int64_t sent_bytes = 0;
  std::array<char, CURL_ERROR_SIZE> error_text = {};
};

std::size_t Receive(char* data, std::size_t, std::size_t count, void* context) {
  auto& [request, easy, answer, sent_bytes, error_text] = *static_cast<Exchange*>(context);
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  if (!request.into.empty() && (answer.status == 200 || answer.status == 206)) {
    if (count > request.into.size() - answer.read_bytes) return 0;
    std::memcpy(request.into.data() + answer.read_bytes, data, count);
    answer.read_bytes += count;
  } else {
    if (count > kTextMaxBytes - answer.text.size()) return 0;
    answer.text.append(data, count);
  }
  return count;
}

std::size_t ReadFile(char* into, std::size_t, std::size_t count, void* context) {
  Exchange& exchange = *static_cast<Exchange*>(context);
  const ssize_t read = pread(exchange.request.fd, into, count, exchange.sent_bytes);
  if (read < 0) return CURL_READFUNC_ABORT;
  exchange.sent_bytes += read;
  return static_cast<std::size_t>(read);
}

// For what is sent once more, where a kept connection turns out to be closed.
int Rewind(void* context, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Exchange*>(context)->sent_bytes = offset;
  return CURL_SEEKFUNC_OK;
}

void SetPatience(CURL* easy, const S3Patience& patience) {
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience.connect.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, kStallBytesPerSecond);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(patience.stall.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, static_cast<long>(patience.whole.count()));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
}

void SetSignature(CURL* easy, const std::string& region, const S3Credentials& credentials) {
  curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, ("aws:amz:" + region + ":s3").c_str());
  curl_easy_setopt(easy, CURLOPT_USERNAME, credentials.access_key_id.c_str());
  curl_easy_setopt(easy, CURLOPT_PASSWORD, credentials.secret_access_key.c_str());
}

void SetBodies(Exchange& exchange) {
  CURL* const easy = exchange.easy;
  const S3Request& request = exchange.request;
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Receive);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
  if (!request.range.empty()) curl_easy_setopt(easy, CURLOPT_RANGE, request.range.c_str());
  if (request.fd < 0) return;
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_EXPECT_100_TIMEOUT_MS, kContinueWaitMs);
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.size_bytes));
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &ReadFile);
  curl_easy_setopt(easy, CURLOPT_READDATA, &exchange);
  curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &Rewind);
  curl_easy_setopt(easy, CURLOPT_SEEKDATA, &exchange);
}

std::string Describe(const S3Request& request) {
  return "s3: " + std::string(request.method) + " " + (request.key.empty() ? "list" : request.key);
}

// The exchange's answer where it is a good one.
Result<S3Answer> Judge(CURLcode code, Exchange& exchange) {
  const std::string what = Describe(exchange.request);
  if (code != CURLE_OK) {
    const char* why = exchange.error_text[0] != 0 ? exchange.error_text.data() : curl_easy_strerror(code);
    return Fail(IsTransient(code) ? ErrorCode::kBusy : ErrorCode::kIo, what + ": " + why);
  }
  S3Answer& answer = exchange.answer;
  curl_easy_getinfo(exchange.easy, CURLINFO_RESPONSE_CODE, &answer.status);
  answer.etag = Field(exchange.easy, "ETag");
  answer.object_bytes = SizeOfContentRange(Field(exchange.easy, "Content-Range"));
  const bool is_beyond_the_end = answer.status == 416 && !exchange.request.range.empty();
  if ((answer.status >= 200 && answer.status < 300) || is_beyond_the_end) return std::move(answer);
  const std::string s3_code = ParseS3ErrorCode(answer.text);
  return Fail(CodeOf(answer.status, s3_code),
              what + ": " + std::to_string(answer.status) + (s3_code.empty() ? "" : " ") + s3_code);
}

}  // namespace

Result<std::unique_ptr<S3Client>> S3Client::Create(S3Location location, S3Credentials credentials, std::string ca_file,
                                                   S3Patience patience) {
  if (!IsCredential(credentials.access_key_id) || !IsCredential(credentials.secret_access_key) ||
      (!credentials.session_token.empty() && !IsCredential(credentials.session_token))) {
    return Fail(ErrorCode::kBadRequest, "S3 storage needs the credentials AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                "S3 storage needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or aws_access_key_id "
                "and aws_secret_access_key in the configuration file.");
  }
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) return Fail(ErrorCode::kIo, "libcurl does not start");
  return std::unique_ptr<S3Client>(
      new S3Client(std::move(location), std::move(credentials), std::move(ca_file), patience));
}

S3Client::S3Client(S3Location location, S3Credentials credentials, std::string ca_file, S3Patience patience)
    : location_(std::move(location)),
      credentials_(std::move(credentials)),
      ca_file_(std::move(ca_file)),
      patience_(patience) {}

S3Client::~S3Client() {
  for (void* handle : idle_) curl_easy_cleanup(handle);
}

Result<S3Client::Part> S3Client::Get(std::string_view key, std::int64_t offset, std::span<std::uint8_t> into,
                                     std::string_view etag) {
  S3Request request{.key = std::string(key), .into = into};
  const std::int64_t last = offset + static_cast<std::int64_t>(into.size()) - 1;
  request.range = std::to_string(offset) + "-" + std::to_string(last);
  request.if_match = etag;
  ASSIGN_OR_RETURN(S3Answer answer, Send(request));
  if (answer.status == 416) return Part{answer.object_bytes.value_or(0), 0, ""};
  // A server may send a small object whole.
  const bool is_whole = answer.status == 200 && offset == 0;
  const std::int64_t size = is_whole ? static_cast<std::int64_t>(answer.read_bytes) : answer.object_bytes.value_or(-1);
  if (size - offset < 0 || answer.read_bytes != std::min(into.size(), static_cast<std::size_t>(size - offset))) {
    return Fail(ErrorCode::kIo, "s3: GET " + request.key + ": another part of it came");
  }
  return Part{size, answer.read_bytes, std::move(answer.etag)};
}

Status S3Client::Put(std::string_view key, int fd, std::int64_t size_bytes, std::string_view sha256_hex) {
  S3Request request{.method = "PUT", .key = std::string(key), .fd = fd, .size_bytes = size_bytes};
  request.sha256_hex = sha256_hex;
  TRY(Send(request));
  return {};
}

Status S3Client::Delete(std::string_view key) {
  TRY(Send({.method = "DELETE", .key = std::string(key)}));
  return {};
}

Result<std::string> S3Client::List(std::vector<std::pair<std::string, std::string>> parameters) {
  parameters.emplace_back("list-type", "2");
  // The signature is over the sorted query. This version of libcurl signs it as it is.
  std::sort(parameters.begin(), parameters.end());
  ASSIGN_OR_RETURN(S3Answer answer, Send({.key = "", .parameters = std::move(parameters)}));
  return std::move(answer.text);
}

std::string S3Client::UrlOf(const S3Request& request) const {
  // The bucket in the path, not in the host's name: every S3 server knows this form.
  std::string url = location_.endpoint + "/" + location_.bucket;
  if (!request.key.empty()) url += "/" + Escape(request.key, /*is_path=*/true);
  char separator = '?';
  for (const auto& [name, value] : request.parameters) {
    url += separator + Escape(name, /*is_path=*/false) + "=" + Escape(value, /*is_path=*/false);
    separator = '&';
  }
  return url;
}

Result<S3Answer> S3Client::Send(const S3Request& request) {
  const auto began = std::chrono::steady_clock::now();
  auto wait = patience_.first_wait;
  for (int tries = 1;; ++tries, wait *= 2) {
    auto answer = SendOnce(request);
    const bool is_busy = !answer && answer.error().code == ErrorCode::kBusy;
    if (!is_busy || tries == patience_.tries_max) return answer;
    if (std::chrono::steady_clock::now() - began >= patience_.young) return answer;
    log::Info("{}; trying again", answer.error().message);
    std::this_thread::sleep_for(wait);
  }
}

Result<S3Answer> S3Client::SendOnce(const S3Request& request) {
  const auto give_back = [this](void* handle) { GiveBack(handle); };
  const std::unique_ptr<void, decltype(give_back)> handle(TakeHandle(), give_back);
  CURL* const easy = handle.get();
  if (easy == nullptr) return Fail(ErrorCode::kIo, Describe(request) + ": libcurl has no memory");

  Exchange exchange{.request = request, .easy = easy};
  HeaderList headers(nullptr, curl_slist_free_all);
  const auto add_header = [&](const std::string& header) {
    headers.reset(curl_slist_append(headers.release(), header.c_str()));
  };
  // S3 demands it with every request; libcurl signs it where it is given, but 7.88 sends none by itself.
  add_header("x-amz-content-sha256: " + request.sha256_hex);
  if (!request.if_match.empty()) add_header("If-Match: " + request.if_match);
  if (!credentials_.session_token.empty()) add_header("x-amz-security-token: " + credentials_.session_token);

  curl_easy_setopt(easy, CURLOPT_URL, UrlOf(request).c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange.error_text.data());
  if (!ca_file_.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file_.c_str());
  SetPatience(easy, patience_);
  SetSignature(easy, location_.region, credentials_);
  SetBodies(exchange);
  const bool is_delete = std::string_view(request.method) == "DELETE";
  if (is_delete) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method);
  return Judge(curl_easy_perform(easy), exchange);
}

void* S3Client::TakeHandle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return curl_easy_init();
  void* const handle = idle_.back();
  idle_.pop_back();
  return handle;
}

void S3Client::GiveBack(void* handle) {
  curl_easy_reset(handle);  // keeps its connections
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleMax) {
    idle_.push_back(handle);
  } else {
    curl_easy_cleanup(handle);
  }
}

}  // namespace removr::store
