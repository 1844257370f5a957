// What people and browsers send to sign in: addresses, keys, cookies, JSON bodies, queries. Nothing crashes, and
// nothing made up is let in.
#include <string>

#include "fuzz/fuzz.h"
#include "service/account/account.h"
#include "service/account/key_format.h"
#include "service/api/json_body.h"
#include "service/api/paging.h"
#include "service/api/static_files.h"
#include "service/api/web_session.h"
#include "service/http/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace removr;
  const std::string text(reinterpret_cast<const char*>(data), size);

  if (const auto email = account::NormaliseEmail(text)) {
    fuzz::Require(account::NormaliseEmail(*email).value_or("") == *email, "a normal address stays as it is");
  }
  if (account::IsWellFormedKey(text)) fuzz::Require(size == account::kKeyChars, "a key has one length");

  http::Headers headers;
  for (const char* name : {"Cookie", "Origin", "X-CSRF-Token"}) headers.Add(name, text);
  if (const auto token = api::SessionToken(headers, false)) {
    fuzz::Require(text.find("removr_session=" + *token) != std::string::npos, "a token stands in the cookie");
  }
  const std::string_view origin = "https://removr.example";
  fuzz::Require(!api::CheckCsrfToken(headers, "session"), "nobody guesses a token");
  fuzz::Require(api::CheckSameSite(headers, origin).has_value() == http::EqualsIgnoringCase(text, origin),
                "one origin is the site's");

  const auto fields = api::ParseJsonFields(text, {"email"});
  if (!fields) fuzz::Require(http::IsValidUtf8(fields.error().public_text), "what is said is UTF-8");
  if (const auto page = api::ReadPage(text))
    fuzz::Require(page->limit >= 1 && page->limit <= 100, "a page has a bound");
  (void)api::AcceptsEncoding(text, "br");
  return 0;
}
