// The certificate that the server shows, and how it speaks TLS: versions 1.2 and 1.3, forward secrecy and authenticated
// ciphers alone, no renegotiation and no compression (RFC 9325). For server.cc and connection.cc: it shows Asio.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "base/result.h"
#include "service/http/server.h"

namespace removr::http {

// kBadRequest, with the file's name and what is wrong with it, where one cannot be read, holds no certificate or key,
// or the two do not belong together. Warns in the log where the certificate is over, or soon will be.
Result<std::shared_ptr<boost::asio::ssl::context>> LoadTls(const TlsFiles& files);

}  // namespace removr::http
