#include "service/job/submit.h"

#include <gmock/gmock.h>

#include "service/job/admission.h"
#include "service/job/naming.h"
#include "service/job/service_fixture.h"

namespace removr::job {
namespace {

using namespace std::chrono_literals;
using SubmitTest = ServiceTest;

TEST_F(SubmitTest, ChargesAndMakesTheJobInOneStep) {
  const auto accepted = Submit({"clean a", "clean b", "clean c"});
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->count, 3);
  EXPECT_EQ(accepted->charged, 3);
  EXPECT_EQ(accepted->balance, 97);
  EXPECT_FALSE(accepted->replayed);
  EXPECT_EQ(Balance(), 97);
  const auto job = Find(accepted->job_id);
  ASSERT_TRUE(job);
  EXPECT_EQ(job->total, 3);
  EXPECT_EQ(job->completed, 0);
  EXPECT_EQ(job->state, JobState::kProcessing);
  EXPECT_EQ(job->created_at, Now());
  EXPECT_EQ(job->expires_at, Now() + 24h);
  EXPECT_TRUE(job->images.empty());
  EXPECT_EQ(Content(accepted->job_id + "/1.original"), "clean b");
  EXPECT_EQ(Count("uploads"), 0);
}

TEST_F(SubmitTest, NothingIsThereBeforeFinishAndNothingStaysWithoutIt) {
  auto submitter = MakeSubmitter();
  auto submission = submitter.Begin("anna", "key").value();
  ASSERT_TRUE(Send(*submission, {"clean a", "clean b"}));
  ASSERT_TRUE(submission->BeginFile("half.png"));
  ASSERT_TRUE(submission->Append(BytesOf("half")));
  EXPECT_EQ(Count("jobs"), 0);
  EXPECT_EQ(Balance(), 100);
  submission.reset();
  EXPECT_EQ(CountFiles(), 0);
  EXPECT_EQ(Count("uploads"), 0);
  EXPECT_TRUE(Submit({"clean a"}, "key")) << "the key is free again";
}

TEST_F(SubmitTest, RefusesAnEmptyRequest) {
  EXPECT_EQ(Submit({}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Count("uploads"), 0);
}

TEST_F(SubmitTest, TakesFilesOfEveryContent) {
  EXPECT_TRUE(Submit({"", "no image at all"}));
  EXPECT_EQ(Balance(), 98);
}

TEST_F(SubmitTest, BoundsTheNumberOfFiles) {
  settings_.limits.files_max = 2;
  EXPECT_TRUE(Submit({"a", "b"}));
  EXPECT_EQ(Submit({"a", "b", "c"}).error().code, ErrorCode::kTooManyFiles);
  EXPECT_EQ(Balance(), 98);
  EXPECT_EQ(CountFiles(), 2);
}

TEST_F(SubmitTest, BoundsTheSizeOfAFile) {
  settings_.limits.file_max_bytes = 4;
  EXPECT_TRUE(Submit({"four"}));
  const auto refused = Submit({"five!"});
  EXPECT_EQ(refused.error().code, ErrorCode::kFileTooLarge);
  EXPECT_EQ(CountFiles(), 1);
}

TEST_F(SubmitTest, SaysWhatIsMissingWhereTheBalanceDoesNotCover) {
  OpenAccount("ben", 2);
  auto submitter = MakeSubmitter();
  auto submission = submitter.Begin("ben", {}).value();
  ASSERT_TRUE(Send(*submission, {"a", "b", "c"}));
  EXPECT_EQ(submission->Finish({}).error().code, ErrorCode::kInsufficientCredits);
  ASSERT_TRUE(submission->shortfall());
  EXPECT_EQ(submission->shortfall()->balance, 2);
  EXPECT_EQ(submission->shortfall()->required, 3);
  submission.reset();
  EXPECT_EQ(Balance("ben"), 2);
  EXPECT_EQ(CountFiles(), 0);
  EXPECT_EQ(Count("jobs"), 0);
}

TEST_F(SubmitTest, RefusesABalanceOfZeroBeforeTheBodyOnlyWithoutAKey) {
  OpenAccount("ben", 0);
  auto submitter = MakeSubmitter();
  EXPECT_EQ(submitter.Begin("ben", {}).error().code, ErrorCode::kInsufficientCredits);
  EXPECT_TRUE(submitter.Begin("ben", "key"));
}

TEST_F(SubmitTest, ReplaysTheSameRequestForNothing) {
  OpenAccount("ben", 2);
  const auto first = Submit({"a", "b"}, "key", "ben").value();
  EXPECT_EQ(Balance("ben"), 0);
  clock_.Advance(23h);
  Beat();
  const auto again = Submit({"a", "b"}, "key", "ben");
  ASSERT_TRUE(again) << "a replay needs no credits";
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->job_id, first.job_id);
  EXPECT_EQ(again->count, 2);
  EXPECT_EQ(again->charged, 0);
  EXPECT_EQ(Count("jobs"), 1);
  EXPECT_EQ(CountFiles(), 2);
  EXPECT_EQ(Count("uploads"), 0);
}

TEST_F(SubmitTest, ReplaysWhateverTheQueueAndTheWorkers) {
  settings_.queue_max_images = 1;
  ASSERT_TRUE(Submit({"a"}, "key"));
  EXPECT_EQ(Submit({"b"}).error().code, ErrorCode::kBusy);
  clock_.Advance(1h);
  EXPECT_TRUE(Submit({"a"}, "key")->replayed) << "and no worker has been heard of";
}

TEST_F(SubmitTest, RefusesAnotherRequestUnderARememberedKey) {
  ASSERT_TRUE(Submit({"a", "b"}, "key", "anna", {{}, ParseChoices("format=png").value()}));
  struct Case {
    std::vector<std::string> images;
    std::string options;
  };
  const Case cases[] = {{{"a"}, "format=png"},      {{"b", "a"}, "format=png"},     {{"a", "b"}, "format=jpg"},
                        {{"ab", ""}, "format=png"}, {{"a", "b", ""}, "format=png"}, {{"a", "c"}, "format=png"}};
  for (const Case& c : cases) {
    EXPECT_EQ(Submit(c.images, "key", "anna", {{}, ParseChoices(c.options).value()}).error().code,
              ErrorCode::kIdempotencyMismatch);
  }
  EXPECT_EQ(Balance(), 98);
  EXPECT_EQ(CountFiles(), 2);
}

TEST_F(SubmitTest, AKeyIsItsAccountsAndLivesADay) {
  OpenAccount("ben", 5);
  const auto annas = Submit({"a"}, "key").value();
  const auto bens = Submit({"b"}, "key", "ben");
  ASSERT_TRUE(bens);
  EXPECT_FALSE(bens->replayed);
  clock_.Advance(24h);
  Beat();
  const auto next_day = Submit({"other"}, "key");
  ASSERT_TRUE(next_day);
  EXPECT_FALSE(next_day->replayed);
  EXPECT_NE(next_day->job_id, annas.job_id);
}

TEST_F(SubmitTest, RemembersNoError) {
  OpenAccount("ben", 1);
  EXPECT_EQ(Submit({"a", "b"}, "key", "ben").error().code, ErrorCode::kInsufficientCredits);
  EXPECT_TRUE(Submit({"a"}, "key", "ben"));
}

TEST_F(SubmitTest, RefusesKeysOfAnotherForm) {
  auto submitter = MakeSubmitter();
  for (const std::string& key :
       {std::string(), std::string(256, 'k'), std::string("a b"), std::string("k\n"), std::string("ü")}) {
    EXPECT_EQ(submitter.Begin("anna", key).error().code, ErrorCode::kBadRequest) << key;
  }
  EXPECT_TRUE(submitter.Begin("anna", std::string(255, '~')));
}

TEST_F(SubmitTest, AKeyIsClaimedWhileItsFirstRequestIsReceived) {
  OpenAccount("ben", 5);
  auto submitter = MakeSubmitter();
  auto first = submitter.Begin("anna", "key").value();
  EXPECT_EQ(submitter.Begin("anna", "key").error().code, ErrorCode::kConflict);
  EXPECT_TRUE(submitter.Begin("anna", "other"));
  EXPECT_TRUE(submitter.Begin("anna", {}));
  EXPECT_TRUE(submitter.Begin("ben", "key"));
  ASSERT_TRUE(Send(*first, {"a"}));
  ASSERT_TRUE(first->Finish({}));
  EXPECT_TRUE(submitter.Begin("anna", "key"));
}

TEST_F(SubmitTest, AppendingRenewsTheClaim) {
  auto submitter = MakeSubmitter();
  auto first = submitter.Begin("anna", "key").value();
  ASSERT_TRUE(first->BeginFile("a.png"));
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(50s);
    ASSERT_TRUE(first->Append(BytesOf("a")));
    EXPECT_EQ(submitter.Begin("anna", "key").error().code, ErrorCode::kConflict);
    EXPECT_EQ(SweepNow().stale_uploads, 0);
  }
  Beat();
  ASSERT_TRUE(first->EndFile());
  EXPECT_TRUE(first->Finish({}));
}

TEST_F(SubmitTest, AClaimThatIsNotRenewedIsTakenOver) {
  auto submitter = MakeSubmitter();
  auto sleeper = submitter.Begin("anna", "key").value();
  ASSERT_TRUE(Send(*sleeper, {"a"}));
  clock_.Advance(61s);
  Beat();
  ASSERT_TRUE(Submit({"b"}, "key"));
  EXPECT_EQ(sleeper->Finish({}).error().code, ErrorCode::kIdempotencyMismatch);
  sleeper.reset();
  EXPECT_EQ(SweepNow().orphan_folders, 1) << "whoever lost the row leaves the files to the sweep";
  EXPECT_EQ(Balance(), 99);
  EXPECT_EQ(CountFiles(), 1);
}

TEST_F(SubmitTest, AnUploadThatWasSweptIsNotAccepted) {
  auto submitter = MakeSubmitter();
  auto sleeper = submitter.Begin("anna", {}).value();
  ASSERT_TRUE(Send(*sleeper, {"a"}));
  clock_.Advance(61s);
  EXPECT_EQ(SweepNow().stale_uploads, 1);
  EXPECT_EQ(CountFiles(), 0);
  Beat();
  EXPECT_EQ(sleeper->Finish({}).error().code, ErrorCode::kBusy);
  EXPECT_EQ(sleeper->KeepAlive().error().code, ErrorCode::kBusy);
  EXPECT_EQ(Balance(), 100);
}

TEST_F(SubmitTest, AFullQueueRefusesBeforeTheCharge) {
  settings_.queue_max_images = 3;
  ASSERT_TRUE(Submit({"a", "b"}));
  EXPECT_EQ(Submit({"c", "d"}).error().code, ErrorCode::kBusy) << "after the body";
  ASSERT_TRUE(Submit({"c"}));
  auto submitter = MakeSubmitter();
  EXPECT_EQ(submitter.Begin("anna", {}).error().code, ErrorCode::kBusy) << "before it";
  EXPECT_EQ(Count("ledger_entries WHERE reason = 'charge'"), 2);
  EXPECT_EQ(CountFiles(), 3);
}

TEST_F(SubmitTest, TheQueueIsBoundInPixelsAndBytesToo) {
  const std::string long_jpeg = "\xFF\xD8\xFF\xE1\xFF\xFF" + std::string(kHeadBytes, 'x');  // its size is guessed
  settings_.queue_max_pixels = 1'000'000;
  ASSERT_TRUE(Submit({long_jpeg, long_jpeg}));
  EXPECT_EQ(Submit({long_jpeg}).error().code, ErrorCode::kBusy);
  EXPECT_TRUE(Submit({"no image"}));
  settings_.queue_max_bytes = 2 * static_cast<std::int64_t>(long_jpeg.size()) + 20;
  EXPECT_EQ(Submit({std::string(100, 'x')}).error().code, ErrorCode::kBusy);
  EXPECT_TRUE(Submit({"short"}));
  EXPECT_EQ(Count("ledger_entries WHERE reason = 'charge'"), 3);
}

TEST_F(SubmitTest, AFullQueueSaysWhenThereWillBeRoom) {
  SubmitJob({"clean", "clean", "clean", "clean"});
  WorkAll();
  settings_.queue_max_images = 2;
  SubmitJob({"clean", "clean"});
  EXPECT_EQ(MakeSubmitter().RetryAfter(), 16s) << "one is too many, and four went in the last minute";
  auto submitter = MakeSubmitter();
  settings_.queue_max_images = 10;
  auto submission = MakeSubmitter().Begin("anna", {}).value();
  ASSERT_TRUE(Send(*submission, std::vector<std::string>(10, "clean")));
  EXPECT_EQ(submission->Finish({}).error().code, ErrorCode::kBusy);
  EXPECT_EQ(submission->retry_after(), 31s);
  clock_.Advance(61s);
  Beat();
  EXPECT_EQ(submitter.RetryAfter(), 60s) << "nothing moves";
  WorkAll();
  EXPECT_EQ(submitter.RetryAfter(), kBusyRetryAfter) << "there is room";
}

TEST_F(SubmitTest, TakesNoWorkWhereNoWorkerIs) {
  clock_.Advance(60s);
  EXPECT_EQ(Submit({"a"}).error().code, ErrorCode::kBusy);
  Beat();
  EXPECT_TRUE(Submit({"a"}));
  clock_.Advance(60s);
  settings_.needs_worker = false;
  EXPECT_TRUE(Submit({"a"}));
}

TEST_F(SubmitTest, AnAccountThatIsNotThereIsNotFound) {
  EXPECT_EQ(Submit({"a"}, {}, "nobody").error().code, ErrorCode::kNotFound);
}

const std::string kMask = "\x89PNG\r\n\x1A\n and so on";

TEST_F(SubmitTest, OneMaskIsForAllFilesAndSeveralAreForOneEach) {
  ASSERT_TRUE(Submit({"clean a", "clean b"}, {}, "anna", {}, {kMask + "1"}));
  WorkAll();
  EXPECT_EQ(processor_.masks, (std::vector<std::string>{kMask + "1", kMask + "1"}));
  processor_.masks.clear();
  ASSERT_TRUE(Submit({"clean a", "clean b"}, {}, "anna", {}, {kMask + "1", kMask + "2"}));
  WorkAll();
  EXPECT_EQ(processor_.masks, (std::vector<std::string>{kMask + "1", kMask + "2"}));
  EXPECT_EQ(SweepNow().orphan_blobs, 0);
}

TEST_F(SubmitTest, RefusesMasksThatAreNoneOrTooManyOrTooFew) {
  EXPECT_EQ(Submit({"a"}, {}, "anna", {}, {"no image"}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Submit({"a"}, {}, "anna", {}, {""}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Submit({"a"}, {}, "anna", {}, {kMask, kMask}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Submit({"a", "b", "c"}, {}, "anna", {}, {kMask, kMask}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Submit({}, {}, "anna", {}, {kMask}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Submit({"a"}, {}, "anna", {{}, ParseChoices("kinds=logo").value()}, {kMask}).error().code,
            ErrorCode::kBadRequest);
  EXPECT_EQ(CountFiles(), 0);
  EXPECT_EQ(Balance(), 100);
}

TEST_F(SubmitTest, MasksAndTaskArePartOfWhatIdentifiesARequest) {
  ASSERT_TRUE(Submit({"a"}, "key", "anna", {}, {kMask}));
  EXPECT_TRUE(Submit({"a"}, "key", "anna", {}, {kMask})->replayed);
  EXPECT_EQ(Submit({"a"}, "key").error().code, ErrorCode::kIdempotencyMismatch);
  EXPECT_EQ(Submit({"a"}, "key", "anna", {}, {kMask + "x"}).error().code, ErrorCode::kIdempotencyMismatch);
  EXPECT_EQ(Submit({"a", kMask}, "key").error().code, ErrorCode::kIdempotencyMismatch);
  EXPECT_EQ(Submit({"a"}, "key", "anna", {Task::kDetect, {}}, {kMask}).error().code, ErrorCode::kIdempotencyMismatch);
}

const std::string kTemplate = std::string(kOverlay) + " of mine";

TEST_F(SubmitTest, ATemplateIsForAllFilesAndStaysAsLongAsTheJob) {
  const auto accepted = Submit({"clean a", "clean b"}, {}, "anna", {}, {}, {kTemplate});
  ASSERT_TRUE(accepted) << accepted.error().message;
  WorkAll();
  EXPECT_EQ(processor_.templates, (std::vector<std::string>{kTemplate, kTemplate}));
  EXPECT_EQ(SweepNow().orphan_blobs, 0);
  EXPECT_EQ(Content(TemplateBlob(accepted->job_id)), kTemplate);
  ASSERT_TRUE(Submit({"clean a"}));
  WorkAll();
  EXPECT_EQ(processor_.templates.back(), "");
}

TEST_F(SubmitTest, RefusesTemplatesThatAreNoneOrTwoOrGoWithMasksOrKinds) {
  EXPECT_EQ(Submit({"a"}, {}, "anna", {}, {}, {"a cat"}).error().public_text, "This is no overlay.");
  EXPECT_EQ(Submit({"a"}, {}, "anna", {}, {}, {""}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Submit({"a"}, {}, "anna", {}, {}, {kTemplate, kTemplate}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Submit({"a"}, {}, "anna", {}, {kMask}, {kTemplate}).error().code, ErrorCode::kBadRequest);
  EXPECT_EQ(Submit({}, {}, "anna", {}, {}, {kTemplate}).error().code, ErrorCode::kBadRequest);
  for (const char* choice : {"kinds=logo", "roi=1 2 3 4"}) {
    EXPECT_EQ(Submit({"a"}, {}, "anna", {{}, ParseChoices(choice).value()}, {}, {kTemplate}).error().code,
              ErrorCode::kBadRequest);
  }
  settings_.limits.file_max_bytes = 10;
  EXPECT_EQ(Submit({"a"}, {}, "anna", {}, {}, {kTemplate}).error().code, ErrorCode::kFileTooLarge);
  settings_ = {};
  EXPECT_EQ(Submit({"a"}, {}, "anna", {}, {}, {kTemplate}).error().code, ErrorCode::kBadRequest)
      << "nobody can read it";
  EXPECT_EQ(CountFiles(), 0);
  EXPECT_EQ(Balance(), 100);
}

TEST_F(SubmitTest, ATemplateIsPartOfWhatIdentifiesARequest) {
  ASSERT_TRUE(Submit({"a"}, "key", "anna", {}, {}, {kTemplate}));
  EXPECT_TRUE(Submit({"a"}, "key", "anna", {}, {}, {kTemplate})->replayed);
  EXPECT_EQ(Submit({"a"}, "key").error().code, ErrorCode::kIdempotencyMismatch);
  EXPECT_EQ(Submit({"a"}, "key", "anna", {}, {}, {kTemplate + "x"}).error().code, ErrorCode::kIdempotencyMismatch);
  EXPECT_EQ(Submit({"a", kTemplate}, "key").error().code, ErrorCode::kIdempotencyMismatch);
}

TEST_F(SubmitTest, WishesReachTheEngine) {
  ASSERT_TRUE(Submit({"clean a"}, {}, "anna", {{}, ParseChoices("kinds=text;format=webp;quality=80").value()}));
  ASSERT_TRUE(Submit({"clean a"}, {}, "anna", {Task::kDetect, {}}));
  WorkAll();
  EXPECT_THAT(processor_.wishes, testing::UnorderedElementsAre("kinds=text;format=webp;quality=80", "detect;"));
}

}  // namespace
}  // namespace removr::job
