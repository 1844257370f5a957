#include "app/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace removr::app {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

class FilesTest : public testing::Test {
 protected:
  FilesTest() : folder_(fs::path(testing::TempDir()) / ("removr_files_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~FilesTest() override { fs::remove_all(folder_); }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
    return names;
  }

  const fs::path folder_;
};

TEST_F(FilesTest, ReadsWhatItWroteAndLeavesNothingElse) {
  ASSERT_TRUE(WriteWhole(folder_ / "a", Bytes{1, 2, 3}, Existing::kKeep));
  EXPECT_EQ(ReadWhole(folder_ / "a"), Bytes({1, 2, 3}));
  EXPECT_THAT(Names(), testing::ElementsAre("a"));
}

TEST_F(FilesTest, MakesTheFolders) {
  ASSERT_TRUE(WriteWhole(folder_ / "x" / "y" / "a", Bytes{1}, Existing::kKeep));
  EXPECT_EQ(ReadWhole(folder_ / "x" / "y" / "a"), Bytes({1}));
}

TEST_F(FilesTest, KeepsOrReplacesWhatIsThereAsAsked) {
  ASSERT_TRUE(WriteWhole(folder_ / "a", Bytes{1}, Existing::kKeep));
  EXPECT_EQ(WriteWhole(folder_ / "a", Bytes{2}, Existing::kKeep).error().code, ErrorCode::kConflict);
  EXPECT_EQ(ReadWhole(folder_ / "a"), Bytes({1}));
  ASSERT_TRUE(WriteWhole(folder_ / "a", Bytes{3}, Existing::kReplace));
  EXPECT_EQ(ReadWhole(folder_ / "a"), Bytes({3}));
  EXPECT_THAT(Names(), testing::ElementsAre("a"));
}

TEST_F(FilesTest, LeavesNothingWhereAWriteFails) {
  rlimit before = {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 1000, .rlim_max = before.rlim_max};
  ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Status written = WriteWhole(folder_ / "a", Bytes(2000, 1), Existing::kKeep);
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_FALSE(written);
  EXPECT_THAT(Names(), testing::IsEmpty());
}

TEST_F(FilesTest, DoesNotWaitForANamedPipe) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(ReadWhole(folder_ / "pipe").error().code, ErrorCode::kIo);
  EXPECT_EQ(ReadWhole(folder_).error().code, ErrorCode::kIo);
  EXPECT_EQ(ReadWhole(folder_ / "absent").error().code, ErrorCode::kNotFound);
}

TEST_F(FilesTest, RefusesAHugeFileBeforeReadingIt) {
  std::ofstream(folder_ / "huge").put('x');
  fs::resize_file(folder_ / "huge", kInputMaxBytes + 1);  // sparse
  EXPECT_EQ(ReadWhole(folder_ / "huge").error().code, ErrorCode::kFileTooLarge);
}

TEST(PrintablePath, IsAlwaysUtf8WithoutControls) {
  EXPECT_EQ(PrintablePath("Käse\xE2\x82\xAC.jpg"), "Käse€.jpg");
  EXPECT_EQ(PrintablePath("a\x1B[2Jb\n"), "a?[2Jb?");
  EXPECT_EQ(PrintablePath("\xFFx\xC3"), "\xEF\xBF\xBDx\xEF\xBF\xBD");
  EXPECT_EQ(PrintablePath("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
}

}  // namespace
}  // namespace removr::app
