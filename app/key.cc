// removr key: API keys, made, listed and revoked while the server runs.
#include "service/account/key.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/data_options.h"
#include "base/clock.h"
#include "service/account/account.h"
#include "service/store/database.h"

namespace removr::app {
namespace {

using store::Transaction;

struct KeyOptions {
  DataOptions data;
  std::string email, name, prefix;
};

Result<account::Account> FindAccount(Transaction& transaction, const std::string& email) {
  auto found = account::FindByEmail(transaction, email);
  if (!found && found.error().code == ErrorCode::kNotFound) {
    const std::string text = fmt::format("there is no account {}; `removr account create {}` makes it", email, email);
    return Fail(ErrorCode::kNotFound, text, text);
  }
  return found;
}

Status RunCreate(const KeyOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  ASSIGN_OR_RETURN(const account::CreatedKey created,
                   database->Write([&](Transaction& transaction) -> Result<account::CreatedKey> {
                     ASSIGN_OR_RETURN(const account::Account account, FindAccount(transaction, options.email));
                     return account::CreateKey(transaction, account.id, options.name, SystemClock().Now());
                   }));
  fmt::print("{}\n", created.text);  // alone, so that KEY=$(removr key create ...) works
  fmt::print(stderr, "This key is shown only once.\n");
  return {};
}

Status RunList(const KeyOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  ASSIGN_OR_RETURN(const std::vector<account::Key> keys,
                   database->Read([&](Transaction& transaction) -> Result<std::vector<account::Key>> {
                     ASSIGN_OR_RETURN(const account::Account account, FindAccount(transaction, options.email));
                     return account::ListKeys(transaction, account.id);
                   }));
  const auto when = [](const std::optional<Timestamp>& time) { return time ? FormatRfc3339(*time) : std::string("-"); };
  fmt::print("{:<15} {:<24} {:<21} {:<21} {:<21} {}\n", "PREFIX", "ID", "CREATED", "LAST USED", "REVOKED", "NAME");
  for (const account::Key& key : keys) {
    fmt::print("{:<15} {:<24} {:<21} {:<21} {:<21} {}\n", key.prefix, key.id, FormatRfc3339(key.created_at),
               when(key.last_used_at), when(key.revoked_at), key.name);
  }
  return {};
}

Status RunRevoke(const KeyOptions& options) {
  ASSIGN_OR_RETURN(const auto database, OpenDatabase(options.data, Missing::kRefuse));
  ASSIGN_OR_RETURN(const account::Key revoked, database->Write([&](Transaction& transaction) {
    return account::RevokeKey(transaction, options.prefix, SystemClock().Now());
  }));
  fmt::print("{} revoked\n", revoked.prefix);
  return {};
}

}  // namespace

void AddKey(CLI::App& program, int& status) {
  CLI::App* command = program.add_subcommand("key", "Manage API keys; works while the server runs.");
  command->require_subcommand(1);
  const auto options = std::make_shared<KeyOptions>();

  const auto add = [&](const char* name, const char* description, Status (*run)(const KeyOptions&)) {
    CLI::App* sub = command->add_subcommand(name, description);
    AddDataOption(*sub, options->data);
    AddDatabaseOption(*sub, options->data);
    sub->callback([options, run, &status] {
      const Status result = run(*options);
      status = result ? kAllDone : ReportError(result.error());
    });
    return sub;
  };

  CLI::App* create =
      add("create", "Make a key and print it, alone, on standard output. It is shown only once.", RunCreate);
  create->add_option("EMAIL", options->email, "Whose key")->required()->type_name("");
  create->add_option("--name", options->name, "What it is for")->type_name("TEXT");
  add("list", "List an account's keys, revoked ones included.", RunList)
      ->add_option("EMAIL", options->email, "Whose keys")
      ->required()
      ->type_name("");
  add("revoke", "Revoke a key: it stops working at once.", RunRevoke)
      ->add_option("PREFIX", options->prefix, "The prefix that list shows, the key's id, or the whole key")
      ->required()
      ->type_name("");
}

}  // namespace removr::app
