#include "service/job/retention.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "service/job/service_fixture.h"

namespace removr::job {
namespace {

using namespace std::chrono_literals;
using RetentionTest = ServiceTest;

TEST_F(RetentionTest, FilesGoAtTheExpiryAndTheRecordStays) {
  const std::string old = SubmitJob({"clean a", "broken b"});
  WorkAll();
  clock_.Advance(23h);
  Beat();
  const std::string recent = SubmitJob({"clean c"});
  WorkAll();
  EXPECT_EQ(SweepNow().expired_jobs, 0);
  EXPECT_EQ(CountFiles(), 3 + 2);
  clock_.Advance(1h);
  EXPECT_EQ(SweepNow().expired_jobs, 1);
  EXPECT_EQ(CountFiles(), 2);
  EXPECT_EQ(Find(old)->images.size(), 2u);
  EXPECT_TRUE(Find(old)->files_gone);
  EXPECT_EQ(File(old, "photo_0-0-clean.png").error().code, ErrorCode::kGone);
  EXPECT_TRUE(File(recent, "photo_0-0-clean.png"));
  EXPECT_EQ(SweepNow().expired_jobs, 0) << "once";
}

TEST_F(RetentionTest, WhatIsUnfinishedAtTheExpiryIsRefunded) {
  const std::string job = SubmitJob({"clean a", "clean b", "clean c"});
  const Lease working = MustClaim().lease;
  ASSERT_TRUE(Done(MustClaim().lease));
  clock_.Advance(24h);
  EXPECT_EQ(SweepNow().expired_jobs, 1);
  EXPECT_EQ(Find(job)->state, JobState::kDone);
  EXPECT_EQ(Balance(), 99);
  EXPECT_EQ(Find(job)->images.at(0).error, ErrorCode::kTimeout);
  EXPECT_EQ(Done(working).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(IsQueueEmpty());
  ExpectSoundLedger();
}

TEST_F(RetentionTest, RecordsGo90DaysAfterTheirFiles) {
  const std::string job = SubmitJob({"clean a", "broken b"});
  WorkAll();
  clock_.Advance(24h);
  EXPECT_EQ(SweepNow().expired_jobs, 1);
  clock_.Advance(kJobRecordsKept - 1ms);
  EXPECT_EQ(SweepNow().forgotten_jobs, 0);
  EXPECT_TRUE(Find(job));
  clock_.Advance(1ms);
  EXPECT_EQ(SweepNow().forgotten_jobs, 1);
  EXPECT_EQ(Find(job).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Count("images"), 0);
  EXPECT_EQ(Balance(), 99) << "the books stay";
  ExpectSoundLedger();
}

TEST_F(RetentionTest, ForgetsIdempotencyKeysAndSilentWorkers) {
  ASSERT_TRUE(Submit({"a"}, "key"));
  clock_.Advance(24h - 1ms);
  EXPECT_EQ(SweepNow().idempotency_keys, 0);
  clock_.Advance(1ms);
  EXPECT_EQ(SweepNow().idempotency_keys, 1);
  EXPECT_EQ(Count("idempotency_keys"), 0);
  EXPECT_EQ(Count("workers"), 0);
}

TEST_F(RetentionTest, SparesAnUploadThatLives) {
  auto submitter = MakeSubmitter();
  auto submission = submitter.Begin("anna", {}).value();
  ASSERT_TRUE(Send(*submission, {"clean a", "clean b"}));
  ASSERT_TRUE(submission->BeginFile("c"));
  ASSERT_TRUE(submission->Append(BytesOf("clean c")));
  const Swept swept = SweepNow();
  EXPECT_EQ(swept.stale_uploads + swept.orphan_blobs + swept.orphan_folders, 0);
  ASSERT_TRUE(submission->EndFile());
  const auto accepted = submission->Finish({}).value();
  EXPECT_EQ(SweepNow().orphan_blobs, 0);
  WorkAll();
  EXPECT_EQ(Find(accepted.job_id)->images.size(), 3u);
  EXPECT_EQ(CountFiles(), 6);
}

TEST_F(RetentionTest, RemovesWhatNoRecordNames) {
  const std::string job = SubmitJob({"clean a"});
  const auto put = [&](const std::string& name) {
    const auto writer = blobs_->Create(name).value();
    ASSERT_TRUE(writer->Append(BytesOf("stray")));
    ASSERT_TRUE(writer->Commit());
  };
  put(job + "/0.result.999");
  put(store::RandomId() + "/0.original");
  put("documents/thesis.txt");
  Swept swept = Sweep(*database_, *blobs_, clock_, Orphans::kLeave).value();
  EXPECT_EQ(swept.orphan_folders, 0);
  swept = SweepNow();
  EXPECT_EQ(swept.orphan_blobs, 0) << "a worker may be about to record it";
  EXPECT_EQ(swept.orphan_folders, 1);
  WorkAll();
  swept = SweepNow();
  EXPECT_EQ(swept.orphan_blobs, 1);
  EXPECT_TRUE(File(job, "photo_0-0-clean.png"));
  EXPECT_EQ(Content("documents/thesis.txt"), "stray") << "not ours";
  EXPECT_EQ(CountFiles(), 2 + 1);
}

TEST_F(RetentionTest, CleansUpAfterAServerThatWasKilledWhileReceiving) {
  database_.reset();  // a connection does not survive a fork
  const pid_t child = fork();
  database_ = store::Database::Open({test_database_.Url()}).value();
  if (child == 0) {
    auto submitter = MakeSubmitter();
    auto submission = submitter.Begin("anna", "key").value();
    const bool sent =
        Send(*submission, {"clean a"}) && submission->BeginFile("b") && submission->Append(BytesOf("half"));
    raise(sent ? SIGKILL : SIGTERM);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_EQ(CountFiles(), 2);
  EXPECT_EQ(Submit({"clean a"}, "key").error().code, ErrorCode::kConflict) << "its claim lasts for the lease";
  clock_.Advance(60s);
  EXPECT_EQ(SweepNow().stale_uploads, 1);
  EXPECT_EQ(CountFiles(), 0);
  EXPECT_EQ(Balance(), 100);
  Beat();
  EXPECT_TRUE(Submit({"clean a"}, "key"));
}

}  // namespace
}  // namespace removr::job
