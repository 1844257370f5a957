#include "service/job/retention.h"

#include <algorithm>
#include <set>
#include <string>

#include "service/job/idempotency.h"
#include "service/job/queue.h"
#include "service/job/uploads.h"
#include "service/job/workers.h"
#include "service/store/random_id.h"

namespace removr::job {
namespace {

using store::Transaction;

constexpr std::int64_t kJobsAtOnce = 1000;
constexpr int kFoldersAtOnce = 1000;

// Ends the job in the database. Its files go next, and only then is it marked, so that a crash between repeats the
// deletion.
Status ExpireOne(store::Database& database, store::Blobs& blobs, const std::string& job_id, Timestamp now) {
  TRY(database.Write([&](Transaction& transaction) { return ExpireJob(transaction, job_id, now); }));
  TRY(blobs.DeleteFolder(job_id));
  TRY(database.Write([&](Transaction& transaction) {
    return transaction.Execute("UPDATE jobs SET files_deleted_ms = :now WHERE id = :id", {now.unix_ms, job_id});
  }));
  return {};
}

Result<int> ExpireJobs(store::Database& database, store::Blobs& blobs, Timestamp now) {
  ASSIGN_OR_RETURN(const auto due, database.Read([&](Transaction& transaction) {
    return transaction.Query(
        "SELECT id FROM jobs WHERE files_deleted_ms IS NULL AND expires_ms <= :now "
        "ORDER BY expires_ms LIMIT :limit",
        {now.unix_ms, kJobsAtOnce});
  }));
  for (const auto& row : due) TRY(ExpireOne(database, blobs, row.Text(0), now));
  return static_cast<int>(due.size());
}

// The records of jobs whose files are long gone. What was charged and refunded for them stays in the ledger.
Result<int> ForgetOldJobs(Transaction& transaction, Timestamp now) {
  ASSIGN_OR_RETURN(const auto over,
                   transaction.Query("SELECT id FROM jobs WHERE files_deleted_ms <= :then LIMIT :limit",
                                     {(now + -kJobRecordsKept).unix_ms, kJobsAtOnce}));
  for (const auto& row : over) {
    TRY(transaction.Execute("DELETE FROM images WHERE job_id = :job", {row.Text(0)}));
    TRY(transaction.Execute("DELETE FROM jobs WHERE id = :job", {row.Text(0)}));
  }
  return static_cast<int>(over.size());
}

// What the database says about a folder of blobs.
struct Owner {
  bool has_files = false;          // an upload or a job that has not expired
  bool is_done = false;            // a job to which no file will come any more
  std::set<std::string> recorded;  // the blobs that it and its images name
};

Result<Owner> FindOwner(Transaction& transaction, const std::string& folder) {
  Owner owner;
  ASSIGN_OR_RETURN(const bool is_upload, HasUpload(transaction, folder));
  ASSIGN_OR_RETURN(const auto job, transaction.QueryOne("SELECT state, template_blob FROM jobs "
                                                        "WHERE id = :id AND files_deleted_ms IS NULL",
                                                        {folder}));
  owner.has_files = is_upload || job;
  owner.is_done = job && job->Text(0) == "done";
  if (job) owner.recorded.insert(job->Text(1));
  ASSIGN_OR_RETURN(const auto images,
                   transaction.Query("SELECT original_blob, result_blob, mask_blob, result_mask_blob FROM images "
                                     "WHERE job_id = :job",
                                     {folder}));
  for (const auto& image : images) {
    owner.recorded.insert({image.Text(0), image.Text(1), image.Text(2), image.Text(3)});
  }
  return owner;
}

Result<int> DeleteUnrecorded(store::Blobs& blobs, const std::string& folder, const Owner& owner) {
  ASSIGN_OR_RETURN(const auto files, blobs.List(folder));
  int deleted = 0;
  for (const auto& file : files) {
    if (owner.recorded.contains(file.name)) continue;
    TRY(blobs.Delete(file.name));
    ++deleted;
  }
  return deleted;
}

// The folder is seen first and its owner looked up after: an upload's row is there before its first file, and a job
// takes the row's place in one transaction, so a folder without either is nobody's.
Status SweepFolder(store::Database& database, store::Blobs& blobs, const std::string& folder, Swept& swept) {
  ASSIGN_OR_RETURN(const Owner owner,
                   database.Read([&](Transaction& transaction) { return FindOwner(transaction, folder); }));
  if (!owner.has_files) {
    TRY(blobs.DeleteFolder(folder));
    ++swept.orphan_folders;
  } else if (owner.is_done) {
    ASSIGN_OR_RETURN(const int deleted, DeleteUnrecorded(blobs, folder, owner));
    swept.orphan_blobs += deleted;
  }
  return {};
}

Status SweepFolders(store::Database& database, store::Blobs& blobs, Swept& swept) {
  for (std::string after;;) {
    ASSIGN_OR_RETURN(const auto folders, blobs.ListFolders(after, kFoldersAtOnce));
    // Jobs' folders alone: a storage that was laid into a folder of other things leaves those be.
    for (const std::string& folder : folders) {
      if (store::IsId(folder)) TRY(SweepFolder(database, blobs, folder, swept));
    }
    if (folders.size() < static_cast<std::size_t>(kFoldersAtOnce)) return {};
    after = folders.back();
  }
}

}  // namespace

Result<Swept> Sweep(store::Database& database, store::Blobs& blobs, const Clock& clock, Orphans orphans) {
  const Timestamp now = clock.Now();
  Swept swept;
  const auto forget = [&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(swept.idempotency_keys, ForgetExpired(transaction, now));
    ASSIGN_OR_RETURN(swept.stale_uploads, DropStaleUploads(transaction, now));
    TRY(ForgetSilentWorkers(transaction, now));
    ASSIGN_OR_RETURN(swept.forgotten_jobs, ForgetOldJobs(transaction, now));
    return {};
  };
  TRY(database.Write(forget));
  ASSIGN_OR_RETURN(swept.expired_jobs, ExpireJobs(database, blobs, now));
  if (orphans == Orphans::kLookFor) TRY(SweepFolders(database, blobs, swept));
  TRY(blobs.SweepLeftovers());
  return swept;
}

Result<std::vector<std::string>> JobsWithFiles(Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto rows,
                   transaction.Query("SELECT id FROM jobs WHERE files_deleted_ms IS NULL ORDER BY created_ms, id"));
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.push_back(row.Text(0));
  return ids;
}

Result<int> EndJobsWithoutFiles(store::Database& database, store::Blobs& blobs, Timestamp now) {
  ASSIGN_OR_RETURN(const auto jobs, database.Read(JobsWithFiles));
  int ended = 0;
  for (const std::string& job : jobs) {
    ASSIGN_OR_RETURN(Owner owner, database.Read([&](Transaction& transaction) { return FindOwner(transaction, job); }));
    owner.recorded.erase("");
    ASSIGN_OR_RETURN(const auto files, blobs.List(job));
    for (const auto& file : files) owner.recorded.erase(file.name);
    if (owner.recorded.empty()) continue;
    TRY(ExpireOne(database, blobs, job, now));
    ++ended;
  }
  return ended;
}

}  // namespace removr::job
