// removr account: the operator's hand on accounts and credits, while the server runs.
#include "service/account/account.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/data_options.h"
#include "app/plans.h"
#include "base/clock.h"
#include "service/account/key.h"
#include "service/account/password.h"
#include "service/account/password_reset.h"
#include "service/account/plan.h"
#include "service/job/closing.h"
#include "service/ledger/ledger.h"
#include "service/store/blobs.h"
#include "service/store/database.h"
#include "service/store/random_id.h"

namespace removr::app {
namespace {

using store::Transaction;

struct AccountOptions {
  DataOptions data;
  std::string email;
  std::string plan{account::kDefaultPlan};
  std::string reason;
  std::string public_url = "http://localhost:8080";
  std::string on_off;
  bool password_stdin = false;
  std::int64_t credits = 0;
};

Timestamp Now() { return SystemClock().Now(); }

Result<account::Account> FindAccount(Transaction& transaction, const std::string& email) {
  auto found = account::FindByEmail(transaction, email);
  if (!found && found.error().code == ErrorCode::kNotFound) {
    const std::string text = fmt::format("there is no account {}; `removr account list` shows those there are", email);
    return Fail(ErrorCode::kNotFound, text, text);
  }
  return found;
}

Result<std::string> ReadPassword() {
  std::string password;
  if (!std::getline(std::cin, password)) {
    return Fail(ErrorCode::kBadRequest, "--password-stdin: standard input has no line with a password");
  }
  return password;
}

Status Create(Transaction& transaction, const AccountOptions& options,
              const std::optional<std::string>& password_hash) {
  account::NewAccount account{
      .email = options.email, .plan = options.plan, .password_hash = password_hash, .rights_accepted_by = "operator"};
  ASSIGN_OR_RETURN(const account::Account made, account::Create(transaction, account, Now()));
  if (options.credits > 0) {
    TRY(ledger::Grant(transaction, made.id, options.credits, store::RandomId(), "account created", Now()));
  }
  return {};
}

Status RunCreate(const AccountOptions& options) {
  std::optional<std::string> password_hash;
  if (options.password_stdin) {
    ASSIGN_OR_RETURN(const std::string password, ReadPassword());
    ASSIGN_OR_RETURN(password_hash, account::HashPassword(password));
  }
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kMake));
  TRY(DefineConfiguredPlans(*database));
  TRY(database->Write([&](Transaction& transaction) { return Create(transaction, options, password_hash); }));
  fmt::print("{}: made, with {} credits; `removr key create {}` makes a key\n", options.email, options.credits,
             options.email);
  return {};
}

Status PrintList(Transaction& transaction) {
  constexpr int page = 200;
  fmt::print("{:<40} {:<10} {:>10} {:<9} {}\n", "EMAIL", "PLAN", "CREDITS", "OPERATOR", "CREATED");
  for (std::string after;;) {
    ASSIGN_OR_RETURN(const std::vector<account::Account> accounts, account::List(transaction, after, page));
    for (const account::Account& account : accounts) {
      ASSIGN_OR_RETURN(const ledger::Credits balance, ledger::Balance(transaction, account.id));
      fmt::print("{:<40} {:<10} {:>10} {:<9} {}\n", account.email, account.plan, balance,
                 account.is_operator ? "yes" : "no", FormatRfc3339(account.created_at));
    }
    if (accounts.size() < page) return {};
    after = accounts.back().email;
  }
}

Status PrintAccount(Transaction& transaction, const std::string& email) {
  ASSIGN_OR_RETURN(const account::Account account, FindAccount(transaction, email));
  ASSIGN_OR_RETURN(const ledger::Credits balance, ledger::Balance(transaction, account.id));
  ASSIGN_OR_RETURN(const std::vector<account::Key> keys, account::ListKeys(transaction, account.id));
  ASSIGN_OR_RETURN(const std::vector<ledger::Entry> entries,
                   ledger::Entries(transaction, account.id, std::nullopt, 10));
  fmt::print("email     {}\nid        {}\nplan      {}\ncredits   {}\noperator  {}\npassword  {}\ncreated   {}\n",
             account.email, account.id, account.plan, balance, account.is_operator ? "yes" : "no",
             account.has_password ? "set" : "none", FormatRfc3339(account.created_at));
  ASSIGN_OR_RETURN(const auto plan, account::FindPlan(transaction, account.plan));
  if (plan) {
    fmt::print("per month {} credits{}{}; unused ones {}\n", plan->credits_per_month, plan->price.empty() ? "" : ", ",
               plan->price, plan->rolls_over ? "roll over" : "lapse");
  }
  if (account.renews_at) fmt::print("renews    {}\n", FormatRfc3339(*account.renews_at));
  if (account.rights) {
    fmt::print("rights    accepted by {} on {}\n", account.rights->accepted_by,
               FormatRfc3339(account.rights->accepted_at));
  }
  fmt::print("keys      {}\n",
             std::count_if(keys.begin(), keys.end(), [](const account::Key& key) { return !key.revoked_at; }));
  if (!entries.empty()) fmt::print("latest entries\n");
  for (const ledger::Entry& entry : entries) {
    fmt::print("  {}  {:>+8}  {:<7} {}\n", FormatRfc3339(entry.created_at), entry.amount, ledger::Name(entry.reason),
               entry.note);
  }
  return {};
}

Status GrantCredits(Transaction& transaction, const AccountOptions& options) {
  ASSIGN_OR_RETURN(const account::Account account, FindAccount(transaction, options.email));
  TRY(ledger::Grant(transaction, account.id, options.credits, store::RandomId(), options.reason, Now()));
  ASSIGN_OR_RETURN(const ledger::Credits balance, ledger::Balance(transaction, account.id));
  fmt::print("{}: {} credits granted, balance {}\n", account.email, options.credits, balance);
  return {};
}

// The commands that only look an account up and change it.
using Change = std::function<Status(Transaction&, const account::Account&)>;
Status ChangeAccount(const AccountOptions& options, const Change& change, const std::string& done) {
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  TRY(database->Write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const account::Account account, FindAccount(transaction, options.email));
    return change(transaction, account);
  }));
  fmt::print("{}: {}\n", options.email, done);
  return {};
}

Status RunList(const AccountOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  return database->Read(PrintList);
}

Status RunShow(const AccountOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  return database->Read([&](Transaction& transaction) { return PrintAccount(transaction, options.email); });
}

Status RunGrant(const AccountOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  return database->Write([&](Transaction& transaction) { return GrantCredits(transaction, options); });
}

Status RunPlan(const AccountOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  TRY(DefineConfiguredPlans(*database));
  return ChangeAccount(
      options,
      [&](Transaction& transaction, const account::Account& account) {
        return account::SetPlan(transaction, account.id, options.plan, Now());
      },
      "plan is " + options.plan);
}

Status RunOperator(const AccountOptions& options) {
  const bool on = options.on_off == "on";
  return ChangeAccount(
      options,
      [&](Transaction& transaction, const account::Account& account) {
        return account::SetOperator(transaction, account.id, on);
      },
      on ? "is an operator" : "is no operator");
}

Status RunResetLink(const AccountOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  ASSIGN_OR_RETURN(const std::string token, database->Write([&](Transaction& transaction) -> Result<std::string> {
    ASSIGN_OR_RETURN(const account::Account account, FindAccount(transaction, options.email));
    return account::MakeResetToken(transaction, account.id, Now());
  }));
  std::string_view site = options.public_url;
  while (site.ends_with('/')) site.remove_suffix(1);
  fmt::print("{}{}\n", site, account::ResetPath(token));
  return {};
}

Status RunClose(const AccountOptions& options) {
  std::vector<std::string> folders;
  const auto close = [&](Transaction& transaction, const account::Account& account) -> Status {
    TRY(account::Close(transaction, account.id, Now()));
    ASSIGN_OR_RETURN(folders, job::ForgetJobs(transaction, account.id, Now()));
    return {};
  };
  TRY(ChangeAccount(options, close, "closed; its keys are revoked, its ledger stays"));
  ASSIGN_OR_RETURN(const auto blobs, OpenStorage(options.data));
  for (const std::string& folder : folders) TRY(blobs->DeleteFolder(folder));
  fmt::print("the files of {} jobs are deleted\n", folders.size());
  return {};
}

}  // namespace

void AddAccount(CLI::App& program, int& status) {
  CLI::App* command = program.add_subcommand("account", "Manage accounts and credits; works while the server runs.");
  command->require_subcommand(1);
  const auto options = std::make_shared<AccountOptions>();

  const auto add = [&](const char* name, const char* description, Status (*run)(const AccountOptions&)) {
    CLI::App* sub = command->add_subcommand(name, description);
    AddDataOption(*sub, options->data);
    AddDatabaseOption(*sub, options->data);
    sub->callback([options, run, &status] {
      const Status result = run(*options);
      status = result ? kAllDone : ReportError(result.error());
    });
    return sub;
  };
  const auto add_email = [&](CLI::App* sub) {
    sub->add_option("EMAIL", options->email, "The account's address")->required()->type_name("");
    return sub;
  };

  CLI::App* create = add_email(
      add("create", "Make an account, and record that the operator accepted the rights statement for it.", RunCreate));
  create->add_flag("--password-stdin", options->password_stdin,
                   "Read a password from the first line of standard input");
  create->add_option("--plan", options->plan, "The account's plan")->type_name("NAME")->capture_default_str();
  create->add_option("--credits", options->credits, "Credits to begin with; 1 credit is 1 image")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, ledger::kCreditsMax));

  add("list", "List the accounts.", RunList);
  add_email(add("show", "Show one account: plan, balance, keys, latest ledger entries.", RunShow));

  CLI::App* grant = add_email(add("grant", "Give credits.", RunGrant));
  grant->add_option("N", options->credits, "How many")
      ->required()
      ->type_name("")
      ->check(CLI::Range(std::int64_t{1}, ledger::kCreditsMax));
  grant->add_option("--reason", options->reason, "Why; it is kept in the ledger")->required()->type_name("TEXT");

  add_email(add("plan", "Put an account on a plan.", RunPlan))
      ->add_option("NAME", options->plan, "The plan")
      ->required()
      ->type_name("");
  add_email(add("operator", "Make an account an operator, or no longer one.", RunOperator))
      ->add_option("on|off", options->on_off)
      ->required()
      ->type_name("")
      ->check(CLI::IsMember({"on", "off"}));
  add_email(add("reset-link", "Print a link that sets a new password: it works once, for an hour.", RunResetLink))
      ->add_option("--public-url", options->public_url, "What the link begins with, as serve has it")
      ->type_name("URL")
      ->capture_default_str();
  AddStorageOption(
      *add_email(add("close", "Close an account: delete its files, revoke its keys, forget who it was.", RunClose)),
      options->data);
}

}  // namespace removr::app
