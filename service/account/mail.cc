#include "service/account/mail.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <boost/url.hpp>
#include <cstring>
#include <ctime>

#include "service/store/random_id.h"

namespace removr::account {
namespace {

constexpr long kConnectMs = 10'000;
constexpr long kWholeMs = 60'000;

using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;
using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;

Status Refuse(const std::string& why) { return Fail(ErrorCode::kBadRequest, why, why); }

// An address that needs no quoting (RFC 5321, section 4.1.2: Dot-string), so that none can end the command it stands
// in.
bool IsPlainAddress(std::string_view address) {
  const auto at = address.find('@');
  return at != address.npos && at > 0 && at + 1 < address.size() &&
         std::all_of(address.begin(), address.end(),
                     [](char c) { return c > ' ' && c < 127 && std::strchr("<>()[]\\,;:\"", c) == nullptr; });
}

bool IsOneLine(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 127; });
}

std::string_view AddressIn(std::string_view from) {
  const auto open = from.find('<');
  if (open == from.npos || !from.ends_with('>')) return from;
  return from.substr(open + 1, from.size() - open - 2);
}

// "Tue, 3 Feb 2026 08:09:10 +0000" (RFC 5322, section 3.3).
std::string MailDate(Timestamp now) {
  const std::time_t seconds = now.unix_ms / 1000;
  std::tm time{};
  gmtime_r(&seconds, &time);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &time);
  return text.data();
}

std::string Compose(const Mail& mail, const std::string& from, std::string_view sender, Timestamp now) {
  std::string message = "Date: " + MailDate(now) + "\nFrom: " + from + "\nTo: " + mail.to +
                        "\nSubject: " + mail.subject + "\nMessage-ID: <" + store::RandomId() +
                        std::string(sender.substr(sender.find('@'))) + ">\nAuto-Submitted: auto-generated" +
                        "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8" +
                        "\nContent-Transfer-Encoding: 8bit\n\n" + mail.text;
  std::string lines;
  for (const char c : message) lines += c == '\n' ? "\r\n" : std::string(1, c);
  return lines;
}

struct Outgoing {
  std::string_view rest;
  const std::stop_token& stop;
};

std::size_t Read(char* into, std::size_t, std::size_t count, void* context) {
  std::string_view& rest = static_cast<Outgoing*>(context)->rest;
  count = std::min(count, rest.size());
  std::memcpy(into, rest.data(), count);
  rest.remove_prefix(count);
  return count;
}

int AbortOnStop(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Outgoing*>(context)->stop.stop_requested() ? 1 : 0;
}

bool IsFinal(CURLcode code, long answer) {
  return answer >= 500 || code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED ||
         code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
}

}  // namespace

Result<MailSender> MailSender::Create(MailSettings settings) {
  const auto url = boost::urls::parse_uri(settings.url);
  if (!url || (url->scheme() != "smtps" && url->scheme() != "smtp") || url->encoded_host().empty() ||
      url->has_userinfo() || !url->encoded_path().empty() || url->has_query() || url->has_fragment()) {
    TRY(Refuse("smtp_url must have the form smtps://HOST:PORT or smtp://HOST:PORT"));
  }
  const std::string sender(AddressIn(settings.from));
  if (!IsPlainAddress(sender) || !IsOneLine(settings.from)) {
    TRY(Refuse("mail_from must be an address, or a name in ASCII with an address: removr <noreply@example.org>"));
  }
  if (settings.user.empty() != settings.password.empty()) TRY(Refuse("smtp_user and smtp_password go together"));
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised != CURLE_OK) return Fail(ErrorCode::kIo, "libcurl does not start");
  const std::string host = url->host();
  return MailSender(std::move(settings), sender, host == "localhost" || host == "127.0.0.1" || host == "[::1]");
}

Status MailSender::Send(const Mail& mail, Timestamp now, const std::stop_token& stop) const {
  if (!IsPlainAddress(mail.to) || !IsOneLine(mail.subject)) return Fail(ErrorCode::kIo, "mail: no address to mail to");
  const Handle handle(curl_easy_init(), curl_easy_cleanup);
  CURL* const easy = handle.get();
  if (easy == nullptr) return Fail(ErrorCode::kIo, "mail: libcurl has no memory");
  const List to(curl_slist_append(nullptr, ("<" + mail.to + ">").c_str()), curl_slist_free_all);
  const std::string message = Compose(mail, settings_.from, sender_, now);
  Outgoing outgoing{message, stop};
  std::array<char, CURL_ERROR_SIZE> error_text{};

  curl_easy_setopt(easy, CURLOPT_URL, settings_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(is_local_ ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (!settings_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
  if (!settings_.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, settings_.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, settings_.password.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, ("<" + sender_ + ">").c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to.get());
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Read);
  curl_easy_setopt(easy, CURLOPT_READDATA, &outgoing);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &AbortOnStop);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &outgoing);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, kWholeMs);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text.data());
  const CURLcode code = curl_easy_perform(easy);
  if (code == CURLE_OK) return {};
  long answer = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer);
  const char* why = error_text[0] != 0 ? error_text.data() : curl_easy_strerror(code);
  return Fail(IsFinal(code, answer) ? ErrorCode::kIo : ErrorCode::kBusy, std::string("mail: ") + why);
}

}  // namespace removr::account
