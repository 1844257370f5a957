#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>

#include <algorithm>
#include <map>
#include <regex>

#include "service/store/dialect.h"

namespace removr::store {
namespace {

// Of a connection, where the URL says nothing else. A server that has vanished without a word is noticed within a
// minute; by the system's own settings that takes hours.
constexpr std::pair<const char*, const char*> kConnectionDefaults[] = {
    {"client_encoding", "UTF8"},  {"fallback_application_name", "removr"}, {"connect_timeout", "10"},
    {"keepalives_idle", "30"},    {"keepalives_interval", "10"},           {"keepalives_count", "3"},
    {"tcp_user_timeout", "30000"}};

// A writer that stops in the middle (its machine sleeps, a debugger holds it) loses its place after that long.
constexpr std::string_view kStalledFor = "30s";

std::string PercentEncoded(std::string_view value) {
  std::string encoded;
  for (const char c : value) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

// The URL once more, with the defaults, and without anything that SOCI, which takes connection strings apart before
// libpq does, sees as a separator. What libpq says about a malformed one may quote the password, so it is not passed
// on.
Result<std::string> ConnectionString(const std::string& url) {
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> parsed(PQconninfoParse(url.c_str(), nullptr),
                                                                              PQconninfoFree);
  if (!parsed) {
    return Fail(ErrorCode::kBadRequest, "libpq does not understand the database URL",
                "The database URL is malformed. It is postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE, with "
                "%XX for special characters.");
  }
  std::map<std::string, std::string> options(std::begin(kConnectionDefaults), std::end(kConnectionDefaults));
  for (const PQconninfoOption* option = parsed.get(); option->keyword; ++option) {
    if (option->val) options[option->keyword] = option->val;
  }
  std::string text = "postgresql:///?";
  for (const auto& [keyword, value] : options) text += keyword + "=" + PercentEncoded(value) + "&";
  text.pop_back();
  return text;
}

PGconn* ConnectionOf(soci::session& session) {
  return static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
}

// By SQLSTATE (PostgreSQL 15, appendix A).
ErrorCode CodeOf(std::string_view state) {
  static const std::map<std::string_view, ErrorCode> kStates = {
      {"22021", ErrorCode::kBadRequest},   // a text that is not UTF-8
      {"22P05", ErrorCode::kBadRequest},   // nor has a place in the database's encoding
      {"40001", ErrorCode::kBusy},         // serialization
      {"40P01", ErrorCode::kBusy},         // deadlock
      {"55P03", ErrorCode::kBusy},         // lock timeout
      {"53300", ErrorCode::kBusy},         // too many connections
      {"53100", ErrorCode::kStorageFull},  // disk full
      {"42501", ErrorCode::kIo},           // no privilege: the role's fault, not a statement's
  };
  static const std::map<std::string_view, ErrorCode> kClasses = {
      {"23", ErrorCode::kConflict},  // constraints, and the triggers below
      {"22", ErrorCode::kInternal},  // a value of the wrong form
      {"42", ErrorCode::kInternal},  // a malformed statement
  };
  if (const auto found = kStates.find(state); found != kStates.end()) return found->second;
  const auto found = kClasses.find(state.substr(0, 2));
  return found != kClasses.end() ? found->second : ErrorCode::kIo;
}

std::string OneLine(std::string text) {
  text.erase(text.find_last_not_of('\n') + 1);
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::erase(text, '\t');
  return text;
}

class Postgres final : public Dialect {
 public:
  Postgres(std::string connection_string, std::chrono::milliseconds busy_timeout)
      : connection_string_(std::move(connection_string)), busy_timeout_(busy_timeout) {}

  Result<std::unique_ptr<soci::session>> Connect() const override {
    std::unique_ptr<soci::session> session;
    try {
      session = std::make_unique<soci::session>(soci::postgresql, connection_string_);
      PQsetErrorVerbosity(ConnectionOf(*session), PQERRORS_TERSE);  // without the details, which show rows' values
      *session << "SET client_min_messages = error";
      *session << "SET lock_timeout = " + std::to_string(busy_timeout_.count());
      *session << "SET idle_in_transaction_session_timeout = '" + std::string(kStalledFor) + "'";
      // What was answered with 202 survives a power cut; a server that waits for its standbys too goes on doing so.
      *session << "SELECT set_config('synchronous_commit', 'on', false) "
                  "WHERE current_setting('synchronous_commit') = 'off'";
      return session;
    } catch (const std::exception& exception) {
      return tl::unexpected<Error>(Translate(exception, session.get()));
    }
  }

  Status CheckIsThere() const override {
    ASSIGN_OR_RETURN(const auto session, Connect());
    try {
      int tables = 0;
      *session << "SELECT count(*) FROM pg_class WHERE oid = to_regclass('schema_migrations')", soci::into(tables);
      if (tables > 0) return {};
      return Fail(ErrorCode::kNotFound,
                  "there is no table of removr's in the database " + std::string(PQdb(ConnectionOf(*session))));
    } catch (const std::exception& exception) {
      return tl::unexpected<Error>(Translate(exception, session.get()));
    }
  }

  // Writers take turns by a lock that ends with the transaction (docs/decisions/0013). What each statement of the
  // second kind sees is as of its own beginning, so from the lock on it is what the writer before has left. The
  // number spells "removr".
  std::span<const std::string_view> BeginStatements(Database::Mode mode) const override {
    static constexpr std::string_view kRead[] = {"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"};
    static constexpr std::string_view kWrite[] = {"BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE",
                                                  "SELECT pg_advisory_xact_lock(125779953284722)"};
    if (mode == Database::Mode::kWrite) return kWrite;
    return kRead;
  }

  bool IsLost(soci::session& session) const override { return PQstatus(ConnectionOf(session)) != CONNECTION_OK; }

  // Once is one trip, prepared first it would be two; and a pooler between may give the next transaction another
  // session.
  bool KeepsStatements() const override { return false; }

  Error Translate(const std::exception& exception, soci::session*) const override {
    Error error{ErrorCode::kIo, exception.what(), {}};
    if (const auto* postgres = dynamic_cast<const soci::postgresql_soci_error*>(&exception)) {
      const std::string state = postgres->sqlstate();
      error.code = CodeOf(state);
      error.message = OneLine(postgres->get_error_message());  // what() would add the parameters' values
      if (state.starts_with("22")) error.message = "a value was refused, SQLSTATE " + state;  // it would be quoted
    } else if (const auto* soci = dynamic_cast<const soci::soci_error*>(&exception)) {
      error.message = OneLine(soci->get_error_message());
    }
    if (error.code == ErrorCode::kBadRequest) error.public_text = "A text must be UTF-8.";
    return error;
  }

  // Text is ordered by its bytes, as it is by SQLite. That also spares the indexes what a new version of the system's
  // collations does to them.
  std::string Spell(std::string_view sql) const override {
    static const std::regex kSerial(R"(\{serial\})"), kText(R"(\btext\b)"), kForbid(R"(\{forbid (\w+) (\w+)\})");
    std::string spelled = std::regex_replace(std::string(sql), kText, R"(text COLLATE "C")");
    spelled = std::regex_replace(spelled, kSerial, "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY");
    return std::regex_replace(spelled, kForbid,
                              "CREATE OR REPLACE FUNCTION forbidden() RETURNS trigger LANGUAGE plpgsql AS $$$$ BEGIN "
                              "RAISE EXCEPTION '%: % is forbidden', TG_TABLE_NAME, TG_OP "
                              "USING ERRCODE = 'integrity_constraint_violation'; END $$$$; "
                              "CREATE TRIGGER $1_no_$2 BEFORE $2 ON $1 FOR EACH ROW EXECUTE FUNCTION forbidden()");
  }

 private:
  const std::string connection_string_;
  const std::chrono::milliseconds busy_timeout_;
};

}  // namespace

Result<std::unique_ptr<Dialect>> MakePostgres(const DatabaseOptions& options) {
  ASSIGN_OR_RETURN(std::string connection_string, ConnectionString(options.url));
  return std::unique_ptr<Dialect>(new Postgres(std::move(connection_string), options.busy_timeout));
}

}  // namespace removr::store
