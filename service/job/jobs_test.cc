#include "service/job/jobs.h"

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

}  // namespace
}  // namespace removr::job
