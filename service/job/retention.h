// What goes, and when: files at a job's expiry (its record stays, and answers 410), Idempotency-Keys after 24 hours,
// uploads whose server died, blobs that no record names, workers long silent; and 90 days after its files a job's
// record.
//
// Safe beside running uploads and workers, in several processes at once, and after a crash at any point: what one run
// leaves, the next removes. Each step is a transaction of its own, and files go after the record that says so.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/store/blobs.h"
#include "service/store/database.h"

namespace removr::job {

inline constexpr std::chrono::days kJobRecordsKept{90};

struct Swept {
  int expired_jobs = 0;
  int forgotten_jobs = 0;  // records
  int idempotency_keys = 0;
  int stale_uploads = 0;
  int orphan_blobs = 0;    // files in folders of living jobs that no record names
  int orphan_folders = 0;  // folders without job or upload
};

// Looking for blobs that no record names lists every folder, which S3 stores are paid for; only crashes make such
// blobs.
enum class Orphans { kLookFor, kLeave };

// Everything that is due: call it at start and every minute or so, and look for orphans at start and every hour or so.
// Bounded work per call (a thousand jobs); the rest comes next time. An error ends this run, not the next.
Result<Swept> Sweep(store::Database& database, store::Blobs& blobs, const Clock& clock,
                    Orphans orphans = Orphans::kLookFor);

// For copies of a service (removr backup). The ids of jobs whose files have not expired, oldest first.
Result<std::vector<std::string>> JobsWithFiles(store::Transaction& transaction);

// Ends each of those, as at its expiry, of whose recorded blobs one is not there: it went after the database was
// copied. Returns how many.
Result<int> EndJobsWithoutFiles(store::Database& database, store::Blobs& blobs, Timestamp now);

}  // namespace removr::job
