// The REST service (the API contract): turns requests into calls of account, ledger, job and store, and their results
// into answers. Begin reading at routes.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/account/reset_mailer.h"
#include "service/api/throttle.h"
#include "service/http/message.h"
#include "service/job/submit.h"
#include "service/ledger/rules.h"
#include "service/store/blobs.h"
#include "service/store/database.h"

namespace removr::api {

struct Settings {
  // What `url` fields begin with: "https://images.example.org". Empty: the request's Host.
  std::string public_url;
  // Networks ("10.0.0.0/8", "::1") whose X-Forwarded-Proto and X-Forwarded-Host are believed.
  std::vector<std::string> trusted_proxies;
  // The web app's built files. Empty: the API alone.
  std::string web_folder = {};
  // Of the program, for the operator's page: "0.1.0".
  std::string version = {};
  // Who sends it as a Bearer token may read /metrics from anywhere. Empty: from this machine alone.
  std::string metrics_token = {};
  // What a person who signs up gets, once.
  ledger::Credits signup_credits = 25;
  // How often keys, sessions and addresses may ask.
  Rates rates = {};
  // What one account's files may take until they expire, in bytes; 0: any amount.
  std::int64_t account_disk_bytes = 0;
};

// What the API stands on; all of it outlives the handler.
struct Services {
  store::Database& database;
  store::Blobs& blobs;
  job::Submitter& submitter;
  const Clock& clock;
  account::ResetMailer* reset_mailer = nullptr;  // null: the server sends no mail
};

// The handler for http::Server. kBadRequest, with the offending text, where a setting is not understood; for a
// web_folder as StaticFiles::Load.
Result<std::unique_ptr<http::Handler>> Create(const Settings& settings, const Services& services);

}  // namespace removr::api
