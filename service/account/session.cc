#include "service/account/session.h"

#include "base/log.h"
#include "service/account/secret.h"

namespace removr::account {
namespace {

using store::Transaction;

tl::unexpected<Error> Refuse() {
  return Fail(ErrorCode::kUnauthorized, "no living session", "Sign in first. The session may have ended.");
}

// No request fails for it.
bool Extend(store::Database& database, std::string_view sha256, Timestamp now) {
  const auto extended = database.Write([&](Transaction& transaction) {
    return transaction.Execute("UPDATE sessions SET expires_ms = :expires WHERE sha256 = :sha256",
                               {(now + kSessionLasts).unix_ms, std::string(sha256)});
  });
  if (!extended) log::Warn("a session was not extended: {}", extended.error().message);
  return extended.has_value();
}

}  // namespace

Result<std::string> OpenSession(Transaction& transaction, std::string_view account_id, Timestamp now) {
  TRY(transaction.Execute("DELETE FROM sessions WHERE expires_ms <= :now", {now.unix_ms}));
  std::string token = NewSecret();
  TRY(
      transaction.Execute("INSERT INTO sessions (sha256, account_id, created_ms, expires_ms) "
                          "VALUES (:sha256, :account, :now, :expires)",
                          {Sha256Hex(token), std::string(account_id), now.unix_ms, (now + kSessionLasts).unix_ms}));
  return token;
}

Result<Session> FindSession(store::Database& database, std::string_view token, Timestamp now) {
  if (token.size() != kSecretChars) return Refuse();
  const std::string sha256 = Sha256Hex(token);
  Session session{.token = std::string(token), .account = {}};
  Timestamp expires;
  const auto look_up = [&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto row,
                     transaction.QueryOne("SELECT account_id, expires_ms FROM sessions WHERE sha256 = :sha256 AND "
                                          "expires_ms > :now",
                                          {sha256, now.unix_ms}));
    if (!row) return Refuse();
    expires = {row->Int(1)};
    ASSIGN_OR_RETURN(session.account, Find(transaction, row->Text(0)));
    return {};
  };
  TRY(database.Read(look_up));
  if (session.account.closed_at) return Refuse();
  if (now + kSessionLasts - expires >= kSessionNotedEvery) session.extended = Extend(database, sha256, now);
  return session;
}

Status EndSession(Transaction& transaction, std::string_view token) {
  TRY(transaction.Execute("DELETE FROM sessions WHERE sha256 = :sha256", {Sha256Hex(token)}));
  return {};
}

Status EndSessions(Transaction& transaction, std::string_view account_id, std::string_view kept_token) {
  TRY(transaction.Execute("DELETE FROM sessions WHERE account_id = :id AND sha256 <> :kept",
                          {std::string(account_id), Sha256Hex(kept_token)}));
  return {};
}

std::string CsrfToken(std::string_view session_token) { return DeriveSecret(session_token, "removr csrf token"); }

}  // namespace removr::account
