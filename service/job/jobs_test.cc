#include "service/job/jobs.h"

#include <set>

#include "service/job/service_fixture.h"

namespace removr::job {
namespace {

using namespace std::chrono_literals;
using JobsTest = ServiceTest;

TEST_F(JobsTest, ShowsFinishedImagesInTheOrderOfSending) {
  const std::string job = SubmitJob({"a", "b", "c"});
  const Claim first = MustClaim(), second = MustClaim(), third = MustClaim();
  ASSERT_TRUE(Done(third.lease));
  ASSERT_TRUE(Give(first.lease, Event::kReject, ErrorCode::kAnimated));
  const auto view = Find(job).value();
  EXPECT_EQ(view.completed, 2);
  ASSERT_EQ(view.images.size(), 2u);
  EXPECT_EQ(view.images[0].id, "photo_0-0");
  EXPECT_EQ(view.images[0].filename, "photo 0.png");
  EXPECT_FALSE(view.images[0].ok);
  EXPECT_TRUE(view.images[0].credit_refunded);
  EXPECT_EQ(view.images[0].error, ErrorCode::kAnimated);
  EXPECT_EQ(view.images[1].id, "photo_2-2");
  EXPECT_TRUE(view.images[1].ok);
  EXPECT_FALSE(view.images[1].error);
}

TEST_F(JobsTest, ShowsWhatTheEngineSaid) {
  const std::string job = SubmitJob({"residual a"});
  WorkAll();
  const ImageView image = Find(job)->images.at(0);
  EXPECT_EQ(image.verdict, Verdict::kResidual);
  EXPECT_TRUE(image.credit_refunded);
  EXPECT_EQ(image.format, Format::kPng);
  EXPECT_EQ(image.result_filename, "photo_0-0-clean.png");
  EXPECT_EQ(image.width, 640);
  EXPECT_EQ(image.height, 480);
  EXPECT_EQ(image.changed_fraction, 0.125);
  EXPECT_EQ(image.findings_json, "[]");
  EXPECT_EQ(image.size_bytes, 20);
  EXPECT_EQ(image.sha256.size(), 64u);
}

TEST_F(JobsTest, EveryErrorOfAnImageReadsBack) {
  using enum ErrorCode;
  for (const ErrorCode code : {kUnsupportedFormat, kCorruptImage, kTooManyPixels, kAnimated, kMaskMismatch}) {
    const std::string job = SubmitJob({"a"});
    ASSERT_TRUE(Give(MustClaim().lease, Event::kReject, code));
    EXPECT_EQ(Find(job)->images.at(0).error, code);
  }
}

TEST_F(JobsTest, AnAccountSeesItsOwnJobsAlone) {
  OpenAccount("ben", 5);
  const std::string job = SubmitJob({"clean a"});
  WorkAll();
  EXPECT_TRUE(Find(job));
  EXPECT_TRUE(File(job, "photo_0-0-clean.png"));
  EXPECT_EQ(Find(job, "ben").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(File(job, "photo_0-0-clean.png", "ben").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Find("nonsense").error().code, ErrorCode::kNotFound);
}

TEST_F(JobsTest, FindsTheFilesOfFinishedImagesAlone) {
  const std::string job = SubmitJob({"clean a", "broken", "clean c"});
  EXPECT_EQ(File(job, "photo_0-0-clean.png").error().code, ErrorCode::kNotFound) << "not yet";
  WorkAll();
  const auto file = File(job, "photo_2-2-clean.png");
  ASSERT_TRUE(file);
  EXPECT_EQ(Content(file->blob), "result of clean c");
  EXPECT_EQ(file->size_bytes, 17);
  EXPECT_EQ(file->format, Format::kPng);
  EXPECT_EQ(file->sha256, Find(job)->images.at(2).sha256);
  for (const char* name : {"photo_1-1-clean.png", "photo_2-2-clean.jpg", "photo_2-2", "", "../x", "2.original"}) {
    EXPECT_EQ(File(job, name).error().code, ErrorCode::kNotFound) << name;
  }
}

TEST_F(JobsTest, FilesAreGoneAtTheExpiryAndTheRecordStays) {
  const std::string job = SubmitJob({"clean a"});
  WorkAll();
  clock_.Advance(24h - 1ms);
  EXPECT_TRUE(File(job, "photo_0-0-clean.png"));
  EXPECT_FALSE(Find(job)->files_gone);
  clock_.Advance(1ms);
  EXPECT_EQ(File(job, "photo_0-0-clean.png").error().code, ErrorCode::kGone) << "even before the sweep";
  EXPECT_EQ(File(job, "photo_9-9-clean.png").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(Find(job)->files_gone);
  EXPECT_EQ(Find(job)->images.size(), 1u);
}

TEST_F(JobsTest, CountsTheQueue) {
  const auto depth = [&] {
    return database_->Read([](auto& transaction) { return ReadQueueDepth(transaction); }).value();
  };
  SubmitJob({"a", "b", "c"});
  MustClaim();
  EXPECT_EQ(depth().waiting, 2);
  EXPECT_EQ(depth().working, 1);
}

TEST(PollInterval, GrowsWithWhatIsLeft) {
  JobView job;
  job.total = 50;
  EXPECT_EQ(PollInterval(job), 10s);
  job.completed = 38;
  EXPECT_EQ(PollInterval(job), 3s);
  job.completed = 49;
  EXPECT_EQ(PollInterval(job), 1s);
}

TEST_F(JobsTest, OfferMaskOriginalAndReceipt) {
  const std::string job = SubmitJob({"clean masked a"});
  WorkAll();
  const ImageView image = Find(job)->images.at(0);
  EXPECT_EQ(image.mask_filename, "photo_0-0-mask.png");
  EXPECT_EQ(image.original_filename, "photo_0-0-original.jpg");
  EXPECT_EQ(image.receipt_json, R"({"engine":"letters"})");
  EXPECT_EQ(image.original_sha256.size(), 64u);
  EXPECT_EQ(Content(File(job, image.mask_filename)->blob), "mask of clean masked a");
  EXPECT_EQ(Content(File(job, image.original_filename)->blob), "clean masked a");
  EXPECT_EQ(File(job, image.original_filename)->sha256, image.original_sha256);
  EXPECT_EQ(File(job, "photo_0-0-original.png").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(SweepNow().orphan_blobs, 0);
  EXPECT_EQ(CountFiles(), 3);
}

TEST_F(JobsTest, ADetectionIsFreeAndHasNoCleanedFile) {
  OpenAccount("poor", 0);
  const auto accepted = Submit({"residual masked a", "broken b"}, {}, "poor", {Task::kDetect, {}});
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_EQ(accepted->charged, 0);
  WorkAll();
  const JobView job = Find(accepted->job_id, "poor").value();
  EXPECT_EQ(job.task, Task::kDetect);
  EXPECT_EQ(job.state, JobState::kDone);
  ASSERT_EQ(job.images.size(), 2u);
  EXPECT_TRUE(job.images[0].ok);
  EXPECT_EQ(job.images[0].result_filename, "");
  EXPECT_EQ(job.images[0].mask_filename, "photo_0-0-mask.png");
  EXPECT_FALSE(job.images[0].credit_refunded);
  EXPECT_FALSE(job.images[1].credit_refunded);
  EXPECT_EQ(Balance("poor"), 0);
  EXPECT_EQ(Count("ledger_entries WHERE reason = 'refund'"), 0);
  ExpectSoundLedger();
}

TEST_F(JobsTest, AreListedNewestFirstPageByPage) {
  OpenAccount("ben", 5);
  SubmitJob({"clean other"}, "ben");
  std::vector<std::string> newest_first;
  for (int i = 0; i < 5; ++i) {
    if (i != 3) clock_.Advance(1s);  // two at the same moment
    newest_first.insert(newest_first.begin(), SubmitJob({"clean"}));
  }
  std::vector<std::string> seen;
  std::string cursor;
  while (true) {
    const auto page = database_->Read(
        [&](store::Transaction& transaction) { return ListJobs(transaction, "anna", cursor, 2, Now()); });
    ASSERT_TRUE(page) << page.error().message;
    if (page->empty()) break;
    for (const JobView& job : *page) seen.push_back(job.id);
    cursor = Cursor(page->back());
  }
  ASSERT_EQ(seen.size(), 5u);
  EXPECT_EQ(std::set(seen.begin(), seen.end()), std::set(newest_first.begin(), newest_first.end()));
  EXPECT_EQ(seen.front(), newest_first.front());
  EXPECT_EQ(seen.back(), newest_first.back());
  for (const char* nonsense : {"x", "12", "-", "99999999999999999999-a"}) {
    const auto refused = database_->Read(
        [&](store::Transaction& transaction) { return ListJobs(transaction, "anna", nonsense, 2, Now()); });
    EXPECT_FALSE(refused) << nonsense;
  }
}

TEST_F(JobsTest, DeletingCancelsAndRefundsWhatHasNotBegun) {
  const std::string job = SubmitJob({"clean a", "clean b", "clean c", "clean d"});
  const Lease done = MustClaim().lease, begun = MustClaim().lease, claimed = MustClaim().lease;
  ASSERT_TRUE(Done(done));
  ASSERT_TRUE(Start(begun));
  const auto remove = [&](const std::string& account) {
    return Write([&](store::Transaction& transaction) { return DeleteJob(transaction, account, job, Now()); });
  };
  OpenAccount("ben", 0);
  EXPECT_EQ(remove("ben").error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(remove("anna"));
  EXPECT_EQ(Balance(), 98) << "the one delivered and the one begun";
  EXPECT_EQ(Find(job).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(File(job, "photo_0-0-clean.png").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(remove("anna").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Done(begun).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Done(claimed).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(IsQueueEmpty());
  EXPECT_EQ(SweepNow().orphan_folders, 1);
  EXPECT_EQ(CountFiles(), 0);
  ExpectSoundLedger();
}

TEST_F(JobsTest, ResultsAreThoseDeliveredInTheirOrder) {
  const std::string job = SubmitJob({"clean a", "broken b", "nothing c"});
  WorkAll();
  const auto results = database_->Read(
      [&](store::Transaction& transaction) { return FindResults(transaction, "anna", job, Now()); });
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 2u);
  EXPECT_EQ((*results)[0].filename, "photo_0-0-clean.png");
  EXPECT_EQ((*results)[1].filename, "photo_2-2-clean.png");
  clock_.Advance(24h);
  EXPECT_EQ(database_->Read([&](store::Transaction& transaction) {
    return FindResults(transaction, "anna", job, Now());
  }).error().code, ErrorCode::kGone);
}

}  // namespace
}  // namespace removr::job
