// The tables. Times are milliseconds since 1970 (_ms), flags 0 or 1. Each table's owner, the only code that names it,
// is given.
#include "service/store/migrations.h"

namespace removr::store {
namespace {

const Migration kFirst{
    1,
    "accounts, ledger, jobs",
    {
        // service/account
        R"(CREATE TABLE accounts (
             id text PRIMARY KEY,
             email text UNIQUE,              -- NULL once closed
             plan text NOT NULL,
             is_operator bigint NOT NULL DEFAULT 0,
             password_hash text,
             created_ms bigint NOT NULL,
             renews_ms bigint,
             closed_ms bigint,
             rights_accepted_ms bigint,
             rights_accepted_by text,
             rights_version text))",
        R"(CREATE TABLE api_keys (
             id text PRIMARY KEY,
             account_id text NOT NULL REFERENCES accounts (id),
             sha256 text NOT NULL UNIQUE,
             prefix text NOT NULL,
             name text NOT NULL,
             created_ms bigint NOT NULL,
             last_used_ms bigint,
             revoked_ms bigint))",
        "CREATE INDEX api_keys_by_account ON api_keys (account_id, created_ms)",
        "CREATE INDEX api_keys_by_prefix ON api_keys (prefix)",

        // service/ledger. A balance is kept beside the entries, changed only together with them;
        // Audit compares the two.
        R"(CREATE TABLE ledger_accounts (
             id text PRIMARY KEY,
             balance bigint NOT NULL DEFAULT 0,
             is_system bigint NOT NULL DEFAULT 0,
             CHECK (is_system = 1 OR balance >= 0)))",
        R"(CREATE TABLE ledger_entries (
             id {serial},
             from_account text NOT NULL REFERENCES ledger_accounts (id),
             to_account text NOT NULL REFERENCES ledger_accounts (id),
             amount bigint NOT NULL CHECK (amount > 0),
             reason text NOT NULL CHECK (reason IN ('grant', 'charge', 'refund')),
             reference text NOT NULL,
             note text NOT NULL,
             created_ms bigint NOT NULL,
             UNIQUE (reason, reference),
             CHECK (from_account <> to_account)))",
        "CREATE INDEX ledger_entries_from ON ledger_entries (from_account, id)",
        "CREATE INDEX ledger_entries_to ON ledger_entries (to_account, id)",
        "{forbid ledger_entries UPDATE}",
        "{forbid ledger_entries DELETE}",
        R"(INSERT INTO ledger_accounts (id, is_system) VALUES
             ('system:grants', 1), ('system:usage', 1), ('system:refunds', 1))",

        // service/job
        R"(CREATE TABLE uploads (
             job_id text PRIMARY KEY,        -- the job that it will become; also the folder of its blobs
             account_id text NOT NULL,
             idempotency_key text,           -- NULL: claims none
             lease_expires_ms bigint NOT NULL,
             UNIQUE (account_id, idempotency_key)))",
        R"(CREATE TABLE idempotency_keys (
             account_id text NOT NULL,
             idempotency_key text NOT NULL,
             fingerprint text NOT NULL,
             job_id text NOT NULL,
             count bigint NOT NULL,
             expires_ms bigint NOT NULL,
             PRIMARY KEY (account_id, idempotency_key)))",
        "CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_ms)",
        R"(CREATE TABLE jobs (
             id text PRIMARY KEY,
             account_id text NOT NULL REFERENCES ledger_accounts (id),
             state text NOT NULL CHECK (state IN ('processing', 'done')),
             total bigint NOT NULL CHECK (total > 0),
             completed bigint NOT NULL DEFAULT 0 CHECK (completed BETWEEN 0 AND total),
             created_ms bigint NOT NULL,
             expires_ms bigint NOT NULL,
             files_deleted_ms bigint,
             CHECK ((state = 'done') = (completed = total))))",
        "CREATE INDEX jobs_by_expiry ON jobs (expires_ms) WHERE files_deleted_ms IS NULL",
        R"(CREATE TABLE images (
             job_id text NOT NULL REFERENCES jobs (id),
             image_index bigint NOT NULL,
             account_id text NOT NULL,
             image_id text NOT NULL,
             filename text NOT NULL,
             state text NOT NULL CHECK (state IN ('waiting', 'working', 'done', 'failed')),
             queued_ms bigint NOT NULL,
             not_before_ms bigint NOT NULL DEFAULT 0,
             tries bigint NOT NULL DEFAULT 0,
             losses bigint NOT NULL DEFAULT 0,
             lease_token bigint NOT NULL DEFAULT 0,
             lease_worker text,
             lease_expires_ms bigint,
             engine_started_ms bigint,       -- under the present lease
             original_blob text NOT NULL,
             original_bytes bigint NOT NULL,
             original_sha256 text NOT NULL,
             error text,
             verdict text,
             format text,
             width bigint,
             height bigint,
             changed_fraction double precision,
             findings text,
             result_blob text,
             result_bytes bigint,
             result_sha256 text,
             credit_refunded bigint NOT NULL DEFAULT 0,
             finished_ms bigint,
             PRIMARY KEY (job_id, image_index),
             CHECK ((state = 'working') = (lease_expires_ms IS NOT NULL)),
             CHECK ((state = 'done') = (result_blob IS NOT NULL)),
             CHECK ((state = 'failed') = (error IS NOT NULL))))",
        "CREATE INDEX images_waiting ON images (account_id, queued_ms, job_id, image_index, not_before_ms) "
        "WHERE state = 'waiting'",
        "CREATE INDEX images_working ON images (lease_expires_ms) WHERE state = 'working'",
        R"(CREATE TABLE queue_turns (
             account_id text PRIMARY KEY,
             turn bigint NOT NULL))",
        R"(CREATE TABLE workers (
             id text PRIMARY KEY,
             beat_ms bigint NOT NULL))",
    }};

const Migration kSessions{2,
                          "sessions, password resets",
                          {
                              // service/account
                              R"(CREATE TABLE sessions (
             sha256 text PRIMARY KEY,        -- of the token in the cookie
             account_id text NOT NULL REFERENCES accounts (id),
             created_ms bigint NOT NULL,
             expires_ms bigint NOT NULL))",
                              "CREATE INDEX sessions_by_account ON sessions (account_id)",
                              "CREATE INDEX sessions_by_expiry ON sessions (expires_ms)",
                              R"(CREATE TABLE password_resets (
             account_id text PRIMARY KEY REFERENCES accounts (id),
             sha256 text NOT NULL UNIQUE,    -- of the token in the link
             expires_ms bigint NOT NULL))",
                          }};

const Migration kFailures{3,
                          "images by failure",
                          // service/job
                          {"CREATE INDEX images_failed ON images (finished_ms) WHERE state = 'failed'"}};

const Migration kWishes{4,
                        "what jobs ask for, masks, receipts, deletion",
                        {
                            // service/job
                            "ALTER TABLE jobs ADD COLUMN task text NOT NULL DEFAULT 'remove'",
                            "ALTER TABLE jobs ADD COLUMN choices text NOT NULL DEFAULT ''",
                            "ALTER TABLE jobs ADD COLUMN deleted_ms bigint",
                            "CREATE INDEX jobs_by_account ON jobs (account_id, created_ms, id)",
                            "ALTER TABLE images ADD COLUMN credits bigint NOT NULL DEFAULT 1",  // charged for it
                            "ALTER TABLE images ADD COLUMN mask_blob text",                     // painted by hand
                            "ALTER TABLE images ADD COLUMN original_format text",
                            "ALTER TABLE images ADD COLUMN receipt text",
                            "ALTER TABLE images ADD COLUMN result_mask_blob text",
                            "ALTER TABLE images ADD COLUMN result_mask_bytes bigint",
                            "ALTER TABLE images ADD COLUMN result_mask_sha256 text",
                        }};

// The ledger's table is made anew for its CHECK: SQLite cannot change one.
const Migration kPlans{5,
                       "plans, lapsing credits, counters, the end of job records",
                       {
                           // service/account
                           R"(CREATE TABLE plans (
             name text PRIMARY KEY,
             credits_per_month bigint NOT NULL,
             price text NOT NULL,             -- for people
             rolls_over bigint NOT NULL,
             requests_per_minute bigint))",  // NULL: the server's own
                           "ALTER TABLE accounts ADD COLUMN plan_since_ms bigint",
                           "CREATE INDEX accounts_by_renewal ON accounts (renews_ms) WHERE renews_ms IS NOT NULL",

                           // service/ledger
                           R"(CREATE TABLE ledger_entries_new (
             id {serial},
             from_account text NOT NULL REFERENCES ledger_accounts (id),
             to_account text NOT NULL REFERENCES ledger_accounts (id),
             amount bigint NOT NULL CHECK (amount > 0),
             reason text NOT NULL CHECK (reason IN ('grant', 'charge', 'refund', 'lapse')),
             reference text NOT NULL,
             note text NOT NULL,
             created_ms bigint NOT NULL,
             UNIQUE (reason, reference),
             CHECK (from_account <> to_account)))",
                           "INSERT INTO ledger_entries_new SELECT id, from_account, to_account, amount, reason, "
                           "reference, note, created_ms FROM ledger_entries ORDER BY id",
                           "DROP TABLE ledger_entries",
                           "ALTER TABLE ledger_entries_new RENAME TO ledger_entries",
                           "CREATE INDEX ledger_entries_from ON ledger_entries (from_account, id)",
                           "CREATE INDEX ledger_entries_to ON ledger_entries (to_account, id)",
                           "{forbid ledger_entries UPDATE}",
                           "{forbid ledger_entries DELETE}",
                           "INSERT INTO ledger_accounts (id, is_system) VALUES ('system:lapses', 1)",

                           // service/job
                           R"(CREATE TABLE counters (
             name text NOT NULL,
             label text NOT NULL,
             value bigint NOT NULL,
             PRIMARY KEY (name, label)))",
                           "CREATE INDEX jobs_over ON jobs (files_deleted_ms) WHERE files_deleted_ms IS NOT NULL",
                       }};

const Migration kAdmission{6,
                           "what waits, in pixels",
                           {
                               // service/job
                               "ALTER TABLE images ADD COLUMN pixels bigint NOT NULL DEFAULT 0",  // as its header says
                               "CREATE INDEX images_finished ON images (finished_ms) WHERE finished_ms IS NOT NULL",
                           }};

const Migration kTemplates{
    7, "the owner's template", {"ALTER TABLE jobs ADD COLUMN template_blob text"}};  // service/job

// What each submission is asked about its account's quota is then answered by the index alone.
const Migration kStored{
    8,
    "bytes stored, by job",
    {
        // service/job
        "ALTER TABLE jobs ADD COLUMN stored_bytes bigint NOT NULL DEFAULT 0",  // of originals, results and their masks
        "UPDATE jobs SET stored_bytes = (SELECT coalesce(sum(original_bytes + coalesce(result_bytes, 0) + "
        "coalesce(result_mask_bytes, 0)), 0) FROM images WHERE job_id = jobs.id)",
        "CREATE INDEX jobs_stored ON jobs (account_id, stored_bytes) WHERE files_deleted_ms IS NULL",
    }};

const Migration kAll[] = {kFirst, kSessions, kFailures, kWishes, kPlans, kAdmission, kTemplates, kStored};

}  // namespace

std::span<const Migration> Schema() { return kAll; }

}  // namespace removr::store
