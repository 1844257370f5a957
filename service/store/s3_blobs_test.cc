// What the contract suite (blobs_test.cc) does not reach: blobs beyond a block, long listings, and a server that fails.
#include "service/store/s3_blobs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "service/store/s3_test_server.h"

namespace removr::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;

class S3BlobsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!S3TestServer::IsInstalled()) GTEST_SKIP() << S3TestServer::kBinary << " is missing: scripts/install.sh";
    server_ = std::make_unique<S3TestServer>();
    blobs_ = Open().value();
  }
  Result<std::unique_ptr<Blobs>> Open(const S3Credentials& credentials = S3TestServer::credentials()) {
    return OpenS3Blobs(server_->Url("removr"), {.s3 = credentials, .spool_folder = fs::temp_directory_path()},
                       {.first_wait = 10ms});
  }
  Status Put(std::string_view name, const Bytes& bytes) {
    ASSIGN_OR_RETURN(const auto writer, blobs_->Create(name));
    TRY(writer->Append(bytes));
    return writer->Commit();
  }
  static Bytes Noise(std::size_t size) {
    std::mt19937 random(7);
    Bytes bytes(size);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
  }
  static Result<Bytes> ReadAt(BlobReader& reader, std::int64_t offset, std::size_t size) {
    Bytes bytes(size);
    ASSIGN_OR_RETURN(const std::size_t read, reader.ReadAt(offset, bytes));
    bytes.resize(read);
    return bytes;
  }

  std::unique_ptr<S3TestServer> server_;
  std::unique_ptr<Blobs> blobs_;
};

TEST_F(S3BlobsTest, ReadsAnyRangeOfALargeBlob) {
  const Bytes content = Noise(3'000'000);
  ASSERT_TRUE(Put("job/a", content));
  const auto reader = blobs_->Open("job/a").value();
  ASSERT_EQ(reader->size_bytes(), 3'000'000);
  std::mt19937 random(1);
  for (int i = 0; i < 60; ++i) {
    const std::size_t offset = random() % (content.size() + 10), size = random() % (i % 2 == 0 ? 2'000 : 1'000'000);
    const auto begin = content.begin() + static_cast<std::ptrdiff_t>(std::min(offset, content.size()));
    const auto left = static_cast<std::size_t>(content.end() - begin);
    const Bytes expected(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, left)));
    EXPECT_EQ(ReadAt(*reader, static_cast<std::int64_t>(offset), size).value(), expected) << offset << "+" << size;
  }
  EXPECT_EQ(ReadAll(*blobs_, "job/a", 3'000'000).value(), content);
}

TEST_F(S3BlobsTest, AReaderNeverMixesTwoVersions) {
  ASSERT_TRUE(Put("job/a", Bytes(1'000'000, 1)));
  ASSERT_TRUE(Put("job/b", Bytes(1'000'000, 1)));
  const auto replaced = blobs_->Open("job/a").value(), deleted = blobs_->Open("job/b").value();
  ASSERT_TRUE(Put("job/a", Bytes(1'000'000, 2)));
  ASSERT_TRUE(blobs_->Delete("job/b"));
  for (BlobReader* reader : {replaced.get(), deleted.get()}) {
    EXPECT_EQ(ReadAt(*reader, 0, 1000).value(), Bytes(1000, 1)) << "what was read ahead";
    EXPECT_EQ(ReadAt(*reader, 900'000, 1000).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(ReadAt(*reader, 0, 1'000'000).error().code, ErrorCode::kNotFound);
  }
}

TEST_F(S3BlobsTest, ListsBeyondAPage) {
  fs::create_directories(server_->bucket_folder() / "removr/job");
  for (int i = 0; i < 2'100; ++i) std::ofstream(server_->bucket_folder() / "removr/job" / std::to_string(i)) << i;
  const auto blobs = blobs_->List("job").value();
  ASSERT_EQ(blobs.size(), 2'100u);
  EXPECT_TRUE(std::is_sorted(blobs.begin(), blobs.end(), [](auto& a, auto& b) { return a.name < b.name; }));
  EXPECT_EQ(blobs.front().name, "job/0");
  EXPECT_EQ(blobs.back().size_bytes, 3);
}

TEST_F(S3BlobsTest, LeavesOthersObjectsAlone) {
  for (const char* path : {"removr2/x", "removr/Foreign Folder/x", "removr/job/Foreign Name"}) {
    fs::create_directories((server_->bucket_folder() / path).parent_path());
    std::ofstream(server_->bucket_folder() / path) << "foreign";
  }
  ASSERT_TRUE(Put("job/a", {1}));
  EXPECT_EQ(blobs_->ListFolders("", 10).value(), std::vector<std::string>{"job"});
  EXPECT_EQ(blobs_->List("job")->size(), 1u);
  ASSERT_TRUE(blobs_->DeleteFolder("job"));
  EXPECT_TRUE(fs::exists(server_->bucket_folder() / "removr/job/Foreign Name"));
}

TEST_F(S3BlobsTest, IsBusyWhileTheServerIsAwayAndGoesOnWhenItIsBack) {
  ASSERT_TRUE(Put("job/a", Bytes(1'000'000, 1)));
  const auto reader = blobs_->Open("job/a").value();
  const auto writer = blobs_->Create("job/b").value();
  ASSERT_TRUE(writer->Append(Bytes{1, 2}));
  server_->Kill();
  EXPECT_EQ(Put("job/c", {1}).error().code, ErrorCode::kBusy);
  EXPECT_EQ(blobs_->Open("job/a").error().code, ErrorCode::kBusy);
  EXPECT_EQ(ReadAt(*reader, 500'000, 10).error().code, ErrorCode::kBusy);
  EXPECT_EQ(blobs_->Delete("job/a").error().code, ErrorCode::kBusy);
  EXPECT_EQ(blobs_->List("job").error().code, ErrorCode::kBusy);
  EXPECT_EQ(Open().error().code, ErrorCode::kBusy);
  server_->Start();
  EXPECT_TRUE(writer->Commit());
  EXPECT_EQ(ReadAt(*reader, 500'000, 2).value(), (Bytes{1, 1}));
  EXPECT_EQ(blobs_->List("job")->size(), 2u);
}

TEST_F(S3BlobsTest, SaysWhatIsWrongAndNoSecret) {
  const S3Credentials good = S3TestServer::credentials();
  const auto no_bucket = OpenBlobs("s3://absent/a?endpoint=" + server_->endpoint(), {.s3 = good});
  EXPECT_EQ(no_bucket.error().code, ErrorCode::kIo);
  EXPECT_EQ(no_bucket.error().message, "s3: GET list: 404 NoSuchBucket");
  const auto wrong = Open({good.access_key_id, "wrong-hush", ""});
  EXPECT_EQ(wrong.error().code, ErrorCode::kIo);
  EXPECT_EQ(wrong.error().message, "s3: GET list: 403 SignatureDoesNotMatch");
  const auto region = OpenBlobs(server_->Url("removr") + "&region=moon-1", {.s3 = good});
  EXPECT_EQ(region.error().code, ErrorCode::kIo);
  const auto no_spool = OpenBlobs(server_->Url("removr"), {.s3 = good, .spool_folder = "/dev/null/absent"});
  EXPECT_EQ(no_spool.error().code, ErrorCode::kIo);
  for (const S3Credentials& none : {S3Credentials(), S3Credentials{"id", "", ""}, S3Credentials{"id", "a\nb", ""},
                                    S3Credentials{"id", "hush", "a b"}}) {
    const auto refused = Open(none);
    EXPECT_EQ(refused.error().code, ErrorCode::kBadRequest);
    EXPECT_EQ(refused.error().message.find("hush"), std::string::npos);
  }
}

}  // namespace
}  // namespace removr::store
