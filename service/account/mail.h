// One mail by SMTP, through libcurl: over TLS from the first byte (smtps://), or from STARTTLS on (smtp://), which only
// a relay on this very machine may lack.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace removr::account {

struct MailSettings {
  std::string url;   // "smtps://HOST:PORT" or "smtp://HOST:PORT"
  std::string user;  // "": the server asks for none
  std::string password;
  std::string from;          // "noreply@example.org" or "Name <noreply@example.org>"
  std::string ca_file = {};  // PEM of who vouches for the server; "": the system's
};

struct Mail {
  std::string to;       // an address
  std::string subject;  // ASCII, one line
  std::string text;     // UTF-8, lines ended by \n
};

class MailSender {
 public:
  // kBadRequest, with a text that repeats no secret, for settings that make no sense.
  static Result<MailSender> Create(MailSettings settings);

  // Blocks, for a minute at most, and no longer than `stop` lets it. kBusy where another time may go better: no
  // connection, a 4xx answer. kIo where not: a 5xx answer, no TLS, an unknown certificate, a wrong password.
  Status Send(const Mail& mail, Timestamp now, const std::stop_token& stop = {}) const;

 private:
  MailSender(MailSettings settings, std::string sender, bool is_local)
      : settings_(std::move(settings)), sender_(std::move(sender)), is_local_(is_local) {}

  MailSettings settings_;
  std::string sender_;  // the address in `from`
  bool is_local_;
};

}  // namespace removr::account
