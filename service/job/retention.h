// What goes, and when: files at a job's expiry (its record stays, and answers 410), Idempotency-Keys after 24 hours,
// uploads whose server died, blobs that no record names, workers long silent.
//
// Safe beside running uploads and workers, in several processes at once, and after a crash at any point: what one run
// leaves, the next removes. Each step is a transaction of its own, and files go after the record that says so.
#pragma once

#include <chrono>

#include "base/clock.h"
#include "base/result.h"
#include "service/store/blobs.h"
#include "service/store/database.h"

namespace removr::job {

struct Swept {
  int expired_jobs = 0;
  int idempotency_keys = 0;
  int stale_uploads = 0;
  int orphan_blobs = 0;    // files in folders of living jobs that no record names
  int orphan_folders = 0;  // folders without job or upload
};

// Everything that is due: call it at start and every minute or so. Bounded work per call (a thousand jobs); the rest
// comes next time. An error ends this run, not the next.
Result<Swept> Sweep(store::Database& database, store::Blobs& blobs, const Clock& clock);

}  // namespace removr::job
