#include "service/http/tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/log.h"

namespace removr::http {
namespace {

namespace ssl = boost::asio::ssl;

// For TLS 1.2; those of TLS 1.3 are all sound.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr int kWarnDays = 14;

Status CheckReadable(const std::string& path, std::string_view what) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return Fail(ErrorCode::kBadRequest,
                "cannot read the " + std::string(what) + " " + path + ": " + std::strerror(errno));
  }
  ::close(fd);
  return {};
}

tl::unexpected<Error> Refuse(const std::string& what) {
  const unsigned long code = ::ERR_get_error();
  const char* reason = code != 0 ? ::ERR_reason_error_string(code) : nullptr;
  ::ERR_clear_error();
  return Fail(ErrorCode::kBadRequest, what + (reason ? std::string(" (") + reason + ")" : ""));
}

// A client that offers protocols is told http/1.1 where it knows it, and else nothing (RFC 7301).
int ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                   unsigned int offered_size, void*) {
  static constexpr unsigned char kOurs[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* found = nullptr;
  const int outcome = ::SSL_select_next_proto(&found, chosen_size, kOurs, sizeof(kOurs), offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// An encrypted key would be asked for on a terminal that nobody sits at.
int NoPassphrase(char*, int, int, void*) { return 0; }

void WarnOfItsEnd(SSL_CTX* context, const std::string& path) {
  int days = 0, seconds = 0;
  const X509* certificate = ::SSL_CTX_get0_certificate(context);
  if (!certificate || ::ASN1_TIME_diff(&days, &seconds, nullptr, ::X509_get0_notAfter(certificate)) != 1) return;
  if (days < 0 || seconds < 0) {
    log::Warn("the certificate {} is over: clients will refuse it", path);
  } else if (days < kWarnDays) {
    log::Warn("the certificate {} ends in {} {}", path, days, days == 1 ? "day" : "days");
  }
}

}  // namespace

Result<std::shared_ptr<ssl::context>> LoadTls(const TlsFiles& files) {
  TRY(CheckReadable(files.certificate, "certificate"));
  TRY(CheckReadable(files.key, "certificate's key"));
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  ::ERR_clear_error();
  if (::SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1 ||
      ::SSL_CTX_set_cipher_list(native, kCiphers) != 1) {
    return Refuse("TLS cannot be set up");
  }
  ::SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                    SSL_OP_PRIORITIZE_CHACHA);
  ::SSL_CTX_set_alpn_select_cb(native, ChooseProtocol, nullptr);
  ::SSL_CTX_set_default_passwd_cb(native, NoPassphrase);
  if (::SSL_CTX_use_certificate_chain_file(native, files.certificate.c_str()) != 1) {
    return Refuse("there is no PEM certificate in " + files.certificate);
  }
  if (::SSL_CTX_use_PrivateKey_file(native, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const unsigned long code = ::ERR_peek_last_error();
    if (ERR_GET_LIB(code) == ERR_LIB_X509 && ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH) {
      return Refuse("the key " + files.key + " does not belong to the certificate " + files.certificate);
    }
    return Refuse("there is no PEM key without a passphrase in " + files.key);
  }
  if (::SSL_CTX_check_private_key(native) != 1) {
    return Refuse("the key " + files.key + " does not belong to the certificate " + files.certificate);
  }
  WarnOfItsEnd(native, files.certificate);
  return context;
}

}  // namespace removr::http
