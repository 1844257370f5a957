#include "service/store/blobs.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "service/store/random_id.h"
#include "service/store/s3_test_server.h"

namespace removr::store {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

// The contract that every storage keeps; a new one is added to the list at the end. `folder` is the test's own.
struct Backend {
  std::string name;
  std::function<Result<std::unique_ptr<Blobs>>(const fs::path& folder)> open;
  std::function<fs::path(const fs::path& folder)> files;  // where its blobs lie, besides `folder`
  int leftovers;                                          // of a killed writer
};

class BlobsTest : public testing::TestWithParam<Backend> {
 protected:
  BlobsTest() : folder_(fs::temp_directory_path() / ("removr-blobs-" + RandomId())) { fs::create_directory(folder_); }
  ~BlobsTest() override { fs::remove_all(folder_); }
  void SetUp() override {
    if (GetParam().name == "s3" && !S3TestServer::IsInstalled()) {
      GTEST_SKIP() << S3TestServer::kBinary << " is missing: scripts/install.sh";
    }
    blobs_ = Open();
  }

  std::unique_ptr<Blobs> Open() { return GetParam().open(folder_).value(); }
  Status Put(std::string_view name, const Bytes& bytes) {
    ASSIGN_OR_RETURN(const auto writer, blobs_->Create(name));
    TRY(writer->Append(bytes));
    return writer->Commit();
  }
  Result<Bytes> Get(std::string_view name) { return ReadAll(*blobs_, name, 1000); }
  bool Has(std::string_view name) { return blobs_->Open(name).has_value(); }
  std::vector<std::string> Names(std::string_view folder) {
    std::vector<std::string> names;
    const auto blobs = blobs_->List(folder).value();
    for (const auto& blob : blobs) names.push_back(blob.name);
    return names;
  }
  // Everything that lies in the storage, whatever it is called.
  int CountFiles() {
    int files = 0;
    for (const fs::path& root : {folder_, GetParam().files(folder_)}) {
      if (!fs::exists(root)) continue;
      for (const auto& entry : fs::recursive_directory_iterator(root)) files += entry.is_regular_file();
    }
    return files;
  }

  fs::path folder_;
  std::unique_ptr<Blobs> blobs_;
};

TEST_P(BlobsTest, GivesBackWhatWasPut) {
  ASSERT_TRUE(Put("job/0.original", {1, 2, 3}));
  EXPECT_EQ(Get("job/0.original").value(), (Bytes{1, 2, 3}));
  EXPECT_EQ(Open()->Open("job/0.original").value()->size_bytes(), 3);
}

TEST_P(BlobsTest, HoldsAnEmptyBlob) {
  ASSERT_TRUE(Put("job/empty", {}));
  EXPECT_EQ(Get("job/empty").value(), Bytes());
}

TEST_P(BlobsTest, AMissingBlobIsNotFound) {
  EXPECT_EQ(Get("job/none").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(blobs_->Delete("job/none"));
  EXPECT_TRUE(blobs_->DeleteFolder("none"));
  EXPECT_TRUE(Names("none").empty());
  ASSERT_TRUE(Put("job/sub/a", {1}));
  EXPECT_EQ(Get("job").error().code, ErrorCode::kNotFound) << "a folder is no blob";
}

TEST_P(BlobsTest, IsNotVisibleBeforeCommit) {
  auto writer = blobs_->Create("job/a").value();
  ASSERT_TRUE(writer->Append(Bytes{1, 2}));
  EXPECT_FALSE(Has("job/a"));
  EXPECT_TRUE(Names("job").empty());
  ASSERT_TRUE(writer->Append(Bytes{3}));
  ASSERT_TRUE(writer->Commit());
  EXPECT_EQ(Get("job/a").value(), (Bytes{1, 2, 3}));
}

TEST_P(BlobsTest, AnAbandonedWriterLeavesNothing) {
  {
    auto writer = blobs_->Create("job/a").value();
    ASSERT_TRUE(writer->Append(Bytes(100'000)));
  }
  EXPECT_FALSE(Has("job/a"));
  EXPECT_EQ(CountFiles(), 0);
}

TEST_P(BlobsTest, ReplacesWholeAndAReaderKeepsWhatItOpened) {
  ASSERT_TRUE(Put("job/a", {1, 1, 1}));
  const auto before = blobs_->Open("job/a").value();
  ASSERT_TRUE(Put("job/a", {2}));
  EXPECT_EQ(Get("job/a").value(), Bytes{2});
  ASSERT_TRUE(blobs_->Delete("job/a"));
  EXPECT_FALSE(Has("job/a"));
  Bytes bytes(3);
  EXPECT_EQ(before->ReadAt(0, bytes).value(), 3u);
  EXPECT_EQ(bytes, (Bytes{1, 1, 1}));
}

TEST_P(BlobsTest, ReadsRanges) {
  ASSERT_TRUE(Put("job/a", {0, 1, 2, 3, 4}));
  const auto reader = blobs_->Open("job/a").value();
  struct Case {
    std::int64_t offset;
    std::size_t length;
    Bytes expected;
  };
  const Case cases[] = {{0, 5, {0, 1, 2, 3, 4}}, {1, 2, {1, 2}}, {3, 10, {3, 4}}, {5, 1, {}}, {99, 1, {}}, {2, 0, {}}};
  for (const Case& c : cases) {
    Bytes bytes(c.length);
    bytes.resize(reader->ReadAt(c.offset, bytes).value());
    EXPECT_EQ(bytes, c.expected) << c.offset << "+" << c.length;
  }
}

TEST_P(BlobsTest, ReadAllIsBounded) {
  ASSERT_TRUE(Put("job/a", Bytes(1001)));
  EXPECT_EQ(Get("job/a").error().code, ErrorCode::kFileTooLarge);
}

TEST_P(BlobsTest, ListsFoldersAndBlobsInOrder) {
  for (const char* name : {"b/1", "a/2.result", "a/10", "a/sub/x", "c/1"}) ASSERT_TRUE(Put(name, {1}));
  EXPECT_EQ(Names("a"), (std::vector<std::string>{"a/10", "a/2.result", "a/sub/x"}));
  EXPECT_EQ(blobs_->ListFolders("", 10).value(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(blobs_->ListFolders("a", 1).value(), (std::vector<std::string>{"b"}));
  EXPECT_TRUE(blobs_->ListFolders("c", 10).value().empty());
}

TEST_P(BlobsTest, WalksThroughFoldersWhoseNamesBeginAlike) {
  for (const char* name : {"a0/1", "a/1", "a-b/1", "a.b/1", "a/z/1"}) ASSERT_TRUE(Put(name, {1}));
  std::vector<std::string> walked = {""};
  for (auto next = blobs_->ListFolders("", 1).value(); !next.empty();
       next = blobs_->ListFolders(walked.back(), 1).value()) {
    walked.push_back(next.front());
    ASSERT_LT(walked.size(), 9u);
  }
  EXPECT_EQ(walked, (std::vector<std::string>{"", "a-b", "a.b", "a", "a0"}));
}

TEST_P(BlobsTest, DeletesOneFolderAndNotItsNeighbour) {
  for (const char* name : {"job/1", "job/2", "job2/1"}) ASSERT_TRUE(Put(name, {1}));
  ASSERT_TRUE(blobs_->DeleteFolder("job"));
  EXPECT_EQ(blobs_->ListFolders("", 10).value(), (std::vector<std::string>{"job2"}));
  EXPECT_EQ(CountFiles(), 1);
}

TEST_P(BlobsTest, RefusesNamesThatLeadElsewhere) {
  for (const char* name :
       {"", "/", "/etc/passwd", "a/../b", "..", "a/", "a//b", "a/.b", ".tmp/a", "A", "a b", "a\\b", "ä"}) {
    EXPECT_EQ(Put(name, {1}).error().code, ErrorCode::kInternal) << name;
    EXPECT_EQ(blobs_->Delete(name).error().code, ErrorCode::kInternal) << name;
    EXPECT_EQ(Get(name).error().code, ErrorCode::kInternal) << name;
  }
  EXPECT_EQ(Put(std::string(201, 'a'), {}).error().code, ErrorCode::kInternal);
}

TEST_P(BlobsTest, SweepsWhatAKilledWriterLeftAndSparesTheLiving) {
  const pid_t child = fork();
  if (child == 0) {
    auto writer = Open()->Create("job/dead").value();
    const bool ok = writer->Append(Bytes(1000)).has_value();
    raise(ok ? SIGKILL : SIGTERM);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_EQ(CountFiles(), GetParam().leftovers);
  auto living = blobs_->Create("job/living").value();
  ASSERT_TRUE(living->Append(Bytes{1}));
  ASSERT_TRUE(blobs_->SweepLeftovers());
  EXPECT_EQ(CountFiles(), GetParam().leftovers);
  ASSERT_TRUE(living->Commit());
  EXPECT_EQ(Get("job/living").value(), Bytes{1});
}

TEST_P(BlobsTest, SaysWhenThereIsNoRoomAndKeepsNothing) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const Status put = Put("job/a", Bytes(10'000));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::kStorageFull);
  EXPECT_EQ(CountFiles(), 0);
  EXPECT_TRUE(Put("job/a", Bytes(10'000)));
}

fs::path BlobsOf(const fs::path& folder) { return folder / "blobs"; }

// The test's folder is the spool folder and names the prefix.
Result<std::unique_ptr<Blobs>> OpenS3(const fs::path& folder) {
  return OpenBlobs(S3TestServer::Shared().Url("a!_'(*)/" + folder.filename().string()),
                   {.s3 = S3TestServer::credentials(), .spool_folder = folder});
}
fs::path S3Files(const fs::path& folder) {
  return S3TestServer::Shared().bucket_folder() / "a!_'(*)" / folder.filename();
}

INSTANTIATE_TEST_SUITE_P(Storages, BlobsTest,
                         testing::Values(Backend{"files",
                                                 [](const fs::path& folder) {
                                                   return OpenBlobs("file:" + BlobsOf(folder).string());
                                                 },
                                                 [](const fs::path&) { return fs::path(); }, 1},
                                         Backend{"s3", OpenS3, S3Files, 0}),
                         [](const auto& backend) { return backend.param.name; });

TEST(Blobs, RefusesUrlsItDoesNotKnow) {
  for (const char* url : {"", "file:", "/tmp/blobs", "s3:bucket", "S3://bucket", "http://id:hush@host"}) {
    const auto refused = OpenBlobs(url);
    EXPECT_EQ(refused.error().code, ErrorCode::kBadRequest) << url;
    EXPECT_EQ(refused.error().message.find("hush"), std::string::npos);
  }
  EXPECT_EQ(OpenBlobs("file:/dev/null/blobs").error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace removr::store
