// Mails the links of password_reset.h to people who ask for one. All is done on a thread of its own, so that an answer
// says neither by its text nor by its time whether there is such an account.
//
// What waits is in memory alone, since a link must not be stored: where the server stops, people ask again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "service/account/mail.h"
#include "service/store/database.h"

namespace removr::account {

class ResetMailer {
 public:
  // How often a mail is tried, and how long after a failure; twice as long after each further one.
  static constexpr int kTriesMax = 7;
  static constexpr std::size_t kWaitingMax = 200;

  // `site`: the service's public address, which links begin with. It must not come from a request: whoever sends one
  // could have the link lead to himself.
  ResetMailer(MailSender sender, std::string site, store::Database& database, const Clock& clock,
              std::chrono::milliseconds first_wait = std::chrono::seconds(5));

  // kBusy where too many wait.
  Status Ask(std::string_view email);

 private:
  struct Wish {
    std::string email;
    std::string account_id = {}, link = {};  // "": not looked up yet
    int tries = 0;
    std::chrono::nanoseconds not_before{0};  // Clock::Monotonic
  };

  void Work(const std::stop_token& stop);
  Status TrySend(Wish& wish, const std::stop_token& stop);

  const MailSender sender_;
  const std::string site_;
  store::Database& database_;
  const Clock& clock_;
  const std::chrono::milliseconds first_wait_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Wish> waiting_;
  std::jthread thread_;  // the last: it is joined before what it uses goes
};

}  // namespace removr::account
