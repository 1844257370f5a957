#include "service/account/reset_mailer.h"

#include <algorithm>

#include "base/log.h"
#include "service/account/account.h"
#include "service/account/password_reset.h"

namespace removr::account {
namespace {

using store::Transaction;

constexpr auto kLookEvery = std::chrono::seconds(1);

std::string TextOf(const std::string& site, const std::string& link) {
  return "Hello,\n\nsomebody, most likely you, asked for a new password for the account of this address at\n" + site +
         "\n\nThis link sets one. It works once, within the hour:\n\n" + link +
         "\n\nIf it was not you, there is nothing to do: the password stays as it is.\n";
}

}  // namespace

ResetMailer::ResetMailer(MailSender sender, std::string site, store::Database& database, const Clock& clock,
                         std::chrono::milliseconds first_wait)
    : sender_(std::move(sender)),
      site_(std::move(site)),
      database_(database),
      clock_(clock),
      first_wait_(first_wait),
      thread_([this](const std::stop_token& stop) { Work(stop); }) {}

Status ResetMailer::Ask(std::string_view email) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kWaitingMax) return Fail(ErrorCode::kBusy, "too many mails wait");
  waiting_.push_back({std::string(email)});
  changed_.notify_one();
  return {};
}

void ResetMailer::Work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto due = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Wish& wish) { return wish.not_before <= clock_.Monotonic(); });
    if (due == waiting_.end()) {
      if (waiting_.empty()) {
        changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
      } else {
        changed_.wait_for(lock, stop, kLookEvery, [] { return false; });
      }
      continue;
    }
    Wish wish = std::move(*due);
    waiting_.erase(due);
    lock.unlock();
    const Status sent = TrySend(wish, stop);
    lock.lock();
    if (sent || stop.stop_requested()) continue;
    const bool is_over = sent.error().code != ErrorCode::kBusy || wish.tries == kTriesMax;
    log::Warn("account {}: no reset link was mailed{}: {}", wish.account_id, is_over ? "" : " yet",
              sent.error().message);
    if (!is_over) waiting_.push_back(std::move(wish));
  }
}

Status ResetMailer::TrySend(Wish& wish, const std::stop_token& stop) {
  ++wish.tries;
  wish.not_before = clock_.Monotonic() + first_wait_ * (1 << (wish.tries - 1));
  if (wish.link.empty()) {
    const auto make = [&](Transaction& transaction) -> Status {
      const auto account = FindByEmail(transaction, wish.email);
      if (!account && account.error().code == ErrorCode::kNotFound) return {};
      if (!account) return tl::unexpected<Error>(account.error());
      ASSIGN_OR_RETURN(const std::string token, MakeResetToken(transaction, account->id, clock_.Now()));
      wish.account_id = account->id;
      wish.link = site_ + ResetPath(token);
      return {};
    };
    TRY(database_.Write(make));
    if (wish.link.empty()) return {};
  }
  return sender_.Send({wish.email, "Your new password", TextOf(site_, wish.link)}, clock_.Now(), stop);
}

}  // namespace removr::account
