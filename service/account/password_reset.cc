#include "service/account/password_reset.h"

#include "service/account/account.h"
#include "service/account/password.h"
#include "service/account/secret.h"
#include "service/account/session.h"

namespace removr::account {
namespace {

using store::Transaction;

// The account that the token is for.
Result<std::string> AccountOf(Transaction& transaction, std::string_view token, Timestamp now) {
  ASSIGN_OR_RETURN(const auto row,
                   transaction.QueryOne("SELECT account_id FROM password_resets WHERE sha256 = :sha256 AND "
                                        "expires_ms > :now",
                                        {Sha256Hex(token), now.unix_ms}));
  if (row) return row->Text(0);
  return Fail(ErrorCode::kGone, "no such reset token", "This link was used already, or is too old. Ask for a new one.");
}

}  // namespace

Result<std::string> MakeResetToken(Transaction& transaction, std::string_view account_id, Timestamp now) {
  ASSIGN_OR_RETURN(const Account account, Find(transaction, account_id));
  if (account.closed_at) return Fail(ErrorCode::kNotFound, "the account is closed", "There is no such account.");
  std::string token = NewSecret();
  TRY(transaction.Execute("DELETE FROM password_resets WHERE account_id = :id", {account.id}));
  TRY(transaction.Execute(
      "INSERT INTO password_resets (account_id, sha256, expires_ms) VALUES (:id, :sha256, :expires)",
      {account.id, Sha256Hex(token), (now + kResetLasts).unix_ms}));
  return token;
}

std::string ResetPath(std::string_view token) { return "/reset#" + std::string(token); }

Status ResetPassword(store::Database& database, std::string_view token, std::string_view password, Timestamp now) {
  const auto find = [&](Transaction& transaction) { return AccountOf(transaction, token, now); };
  TRY(database.Read(find));  // before the costly hash
  ASSIGN_OR_RETURN(const std::string hash, HashPassword(password));
  return database.Write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const std::string account_id, AccountOf(transaction, token, now));
    return SetPassword(transaction, account_id, hash);
  });
}

}  // namespace removr::account
