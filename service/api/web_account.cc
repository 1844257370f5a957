// Signing up, in and out, passwords and the rights statement: /api/web/session, sign-up, sign-in, sign-out, password,
// password-forgotten, password-reset, rights.
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "service/account/account.h"
#include "service/account/password.h"
#include "service/account/password_reset.h"
#include "service/account/session.h"
#include "service/api/context.h"
#include "service/api/error_map.h"
#include "service/api/json_body.h"
#include "service/api/web_json.h"
#include "service/api/web_session.h"
#include "service/api/web_state.h"
#include "service/ledger/ledger.h"

namespace removr::api {
namespace {

using store::Transaction;

http::Response NoContent() {
  http::Response response;
  response.status = kNoContent;
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

bool IsHttps(const Context& context) { return context.base_url.IsHttps(context.request); }

// The session object, for whoever the context says.
Answer SessionResponse(const Context& context, int status) {
  const account::Account& account = context.identity.account;
  const bool signed_in = !context.session_token.empty();
  SessionView view{.mails_reset_links = context.services.reset_mailer != nullptr,
                   .limits = context.services.submitter.settings().limits};
  if (signed_in) {
    view.account = &account;
    view.csrf_token = account::CsrfToken(context.session_token);
    const auto read = [&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(view.balance, ledger::Balance(transaction, account.id));
      ASSIGN_OR_RETURN(view.plan, account::FindPlan(transaction, account.plan));
      return {};
    };
    TRY(context.services.database.Read(read));
  }
  return JsonResponse(status, SessionJson(view));
}

// The browser is signed in from now on; a session that it may still have had is over.
Answer BeginSession(Context& context, account::Account account, int status) {
  const auto open = [&](Transaction& transaction) -> Result<std::string> {
    TRY(account::EndSession(transaction, context.session_token));
    return account::OpenSession(transaction, account.id, context.services.clock.Now());
  };
  ASSIGN_OR_RETURN(context.session_token, context.services.database.Write(open));
  context.identity.account = std::move(account);
  ASSIGN_OR_RETURN(http::Response response, SessionResponse(context, status));
  response.headers.Add("Set-Cookie", SessionCookie(context.session_token, IsHttps(context)));
  return response;
}

// The answer where one of the buckets is empty. `account_name`: "" where the attempt names none.
std::optional<http::Response> RefuseTooMany(const Context& context, std::string_view account_name) {
  const auto now = context.services.clock.Monotonic();
  auto wait = context.state.attempts_by_address.Take(context.base_url.Client(context.request), now);
  if (!wait && !account_name.empty()) wait = context.state.attempts_by_account.Take(account_name, now);
  if (!wait) return std::nullopt;
  return RateLimited(std::chrono::ceil<std::chrono::seconds>(*wait));
}

Status CheckVersion(std::string_view version, ErrorCode otherwise) {
  if (version == account::kRightsVersion) return {};
  return Fail(otherwise, "rights version " + std::string(version.substr(0, 40)),
              "The statement has changed. Read it again and accept it.");
}

}  // namespace

Answer GetSession(Context& context) { return SessionResponse(context, kOk); }

Answer SignUp(Context& context) {
  const Services& services = context.services;
  const Timestamp now = services.clock.Now();
  ASSIGN_OR_RETURN(const JsonFields body,
                   ReadJsonBody(context.request, context.body, {"email", "password", "rightsVersion"}));
  ASSIGN_OR_RETURN(const std::string version, body.Text("rightsVersion"));
  TRY(CheckVersion(version, ErrorCode::kBadRequest));
  account::NewAccount wanted;
  ASSIGN_OR_RETURN(wanted.email, body.Text("email"));
  TRY(account::NormaliseEmail(wanted.email));
  ASSIGN_OR_RETURN(const std::string password, body.Text("password"));
  const auto wait =
      context.state.sign_ups_by_address.Take(context.base_url.Client(context.request), services.clock.Monotonic());
  if (wait) return RateLimited(std::chrono::ceil<std::chrono::seconds>(*wait));
  ASSIGN_OR_RETURN(wanted.password_hash, account::HashPassword(password));
  wanted.rights_accepted_by = "user";
  const auto make = [&](Transaction& transaction) -> Result<account::Account> {
    ASSIGN_OR_RETURN(account::Account made, account::Create(transaction, wanted, now));
    if (context.state.signup_credits > 0) {
      TRY(ledger::Grant(transaction, made.id, context.state.signup_credits, "signup/" + made.id, "free credits", now));
    }
    return made;
  };
  ASSIGN_OR_RETURN(account::Account made, services.database.Write(make));
  return BeginSession(context, std::move(made), kCreated);
}

Answer SignIn(Context& context) {
  ASSIGN_OR_RETURN(const JsonFields body, ReadJsonBody(context.request, context.body, {"email", "password"}));
  ASSIGN_OR_RETURN(const std::string email, body.Text("email"));
  ASSIGN_OR_RETURN(const std::string password, body.Text("password"));
  // Counted by what was typed, whether or not such an account exists.
  if (auto refused = RefuseTooMany(context, account::NormaliseEmail(email).value_or(""))) return std::move(*refused);
  ASSIGN_OR_RETURN(account::Account account, account::CheckPassword(context.services.database, email, password));
  return BeginSession(context, std::move(account), kOk);
}

Answer SignOut(Context& context) {
  if (!context.session_token.empty()) {
    TRY(CheckCsrfToken(context.request.headers, context.session_token));
    TRY(context.services.database.Write(
        [&](Transaction& transaction) { return account::EndSession(transaction, context.session_token); }));
  }
  http::Response response = NoContent();
  response.headers.Add("Set-Cookie", EndedSessionCookie(IsHttps(context)));
  return response;
}

Answer ChangePassword(Context& context) {
  const account::Account& account = context.identity.account;
  ASSIGN_OR_RETURN(const JsonFields body,
                   ReadJsonBody(context.request, context.body, {"currentPassword", "newPassword"}));
  ASSIGN_OR_RETURN(const std::string current, body.Text("currentPassword"));
  ASSIGN_OR_RETURN(const std::string wanted, body.Text("newPassword"));
  if (auto refused = RefuseTooMany(context, account.email)) return std::move(*refused);
  TRY(account::CheckPassword(context.services.database, account.email, current));
  ASSIGN_OR_RETURN(const std::string hash, account::HashPassword(wanted));
  TRY(context.services.database.Write([&](Transaction& transaction) {
    return account::SetPassword(transaction, account.id, hash, context.session_token);
  }));
  return NoContent();
}

// The same answer whether or not there is such an account.
Answer AskForReset(Context& context) {
  ASSIGN_OR_RETURN(const JsonFields body, ReadJsonBody(context.request, context.body, {"email"}));
  ASSIGN_OR_RETURN(const std::string typed, body.Text("email"));
  ASSIGN_OR_RETURN(const std::string email, account::NormaliseEmail(typed));
  account::ResetMailer* const mailer = context.services.reset_mailer;
  if (mailer == nullptr) {
    return Fail(ErrorCode::kNotFound, "no mail is set up", "This server sends no mail. Ask its operator for a link.");
  }
  if (auto refused = RefuseTooMany(context, "")) return std::move(*refused);
  const auto wait = context.state.reset_mails_by_account.Take(email, context.services.clock.Monotonic());
  if (wait) return RateLimited(std::chrono::ceil<std::chrono::seconds>(*wait));
  TRY(mailer->Ask(email));
  return NoContent();
}

Answer ResetPassword(Context& context) {
  ASSIGN_OR_RETURN(const JsonFields body, ReadJsonBody(context.request, context.body, {"token", "password"}));
  ASSIGN_OR_RETURN(const std::string token, body.Text("token"));
  ASSIGN_OR_RETURN(const std::string password, body.Text("password"));
  if (auto refused = RefuseTooMany(context, "")) return std::move(*refused);
  TRY(account::ResetPassword(context.services.database, token, password, context.services.clock.Now()));
  return NoContent();
}

Answer AcceptRights(Context& context) {
  ASSIGN_OR_RETURN(const JsonFields body, ReadJsonBody(context.request, context.body, {"version"}));
  ASSIGN_OR_RETURN(const std::string version, body.Text("version"));
  TRY(CheckVersion(version, ErrorCode::kConflict));
  const auto accept = [&](Transaction& transaction) -> Result<account::Account> {
    const std::string& id = context.identity.account.id;
    TRY(account::AcceptRights(transaction, id, "user", context.services.clock.Now()));
    return account::Find(transaction, id);
  };
  ASSIGN_OR_RETURN(context.identity.account, context.services.database.Write(accept));
  return SessionResponse(context, kOk);
}

}  // namespace removr::api
