// What was answered under an Idempotency-Key, remembered for a day: the 202 alone, never an error (api.md, section 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "service/store/database.h"

namespace removr::job {

// 1 to 255 visible ASCII characters.
bool IsIdempotencyKey(std::string_view key);

struct Remembered {
  std::string fingerprint;  // of the files' bytes and the options
  std::string job_id;
  int count = 0;
};

// nullopt where the key is new, or was forgotten.
Result<std::optional<Remembered>> Recall(store::Transaction& transaction, std::string_view account_id,
                                         std::string_view key, Timestamp now);

// kConflict where the key stands for something already.
Status Remember(store::Transaction& transaction, std::string_view account_id, std::string_view key,
                const Remembered& answer, Timestamp expires_at, Timestamp now);

// Takes away what has expired, and says how much.
Result<int> ForgetExpired(store::Transaction& transaction, Timestamp now);

}  // namespace removr::job
