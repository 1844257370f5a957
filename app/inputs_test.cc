#include "app/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace removr::app {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

const char kJpeg[] = "\xFF\xD8\xFF\xE0 and so on";

class InputsTest : public testing::Test {
 protected:
  InputsTest() : folder_(fs::path(testing::TempDir()) / ("removr_inputs_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~InputsTest() override { fs::remove_all(folder_); }

  void Write(const fs::path& name, const char* text = kJpeg) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  // What is found, relative to the folder.
  std::vector<std::string> Find(const std::vector<fs::path>& arguments, const InputRules& rules = {}) {
    found_ = FindInputs(arguments, rules);
    std::vector<std::string> names;
    for (const Input& input : found_.inputs) names.push_back(input.path.lexically_relative(folder_));
    return names;
  }

  const fs::path folder_;
  FoundInputs found_;
};

TEST_F(InputsTest, WalksAFolderInTheOrderOfNames) {
  Write("b.jpg");
  Write("a/z.jpg");
  Write("a/deep/y.jpg");
  Write("c.jpg");
  EXPECT_THAT(Find({folder_}), ElementsAre("a/deep/y.jpg", "a/z.jpg", "b.jpg", "c.jpg"));
  EXPECT_EQ(found_.inputs[0].subfolder, "a/deep");
  EXPECT_EQ(found_.inputs[2].subfolder, "");
}

TEST_F(InputsTest, TellsImagesByTheirBytesOrByTheirName) {
  Write("scan");               // an image without an extension
  Write("notes.txt", "text");  // passed over
  Write("broken.JPEG", "");    // called an image: it is reported, not missed
  EXPECT_THAT(Find({folder_}), ElementsAre("broken.JPEG", "scan"));
  EXPECT_EQ(found_.inputs[0].format, std::nullopt);
  EXPECT_EQ(found_.inputs[1].format, Format::kJpeg);
}

TEST_F(InputsTest, TakesANamedFileWhateverItHolds) {
  Write("notes.txt", "text");
  Write(".hidden.jpg");
  EXPECT_THAT(Find({folder_ / "notes.txt", folder_ / ".hidden.jpg"}), ElementsAre("notes.txt", ".hidden.jpg"));
}

TEST_F(InputsTest, PassesOverHiddenFilesAndFolders) {
  Write(".a.jpg");
  Write(".thumbnails/a.jpg");
  EXPECT_THAT(Find({folder_}), IsEmpty());
}

TEST_F(InputsTest, PassesOverEarlierResultsWhereAsked) {
  Write("a.jpg");
  Write("a-clean.jpg");
  Write("a-mask.png", "\x89PNG\r\n\x1A\n");
  EXPECT_THAT(Find({folder_}, {.result_folders = {}, .results_beside = true}), ElementsAre("a.jpg"));
  EXPECT_EQ(found_.earlier_results, 2);
  EXPECT_THAT(Find({folder_}), ElementsAre("a-clean.jpg", "a-mask.png", "a.jpg"));
}

TEST_F(InputsTest, DoesNotWalkWhereResultsGo) {
  Write("a.jpg");
  Write("out/a-clean.jpg");
  EXPECT_THAT(Find({folder_}, {.result_folders = {folder_ / "out"}, .results_beside = false}), ElementsAre("a.jpg"));
}

TEST_F(InputsTest, WalksAFolderThatResultsGoInto) {
  Write("a.jpg");
  Write("a-clean.jpg");
  EXPECT_THAT(Find({folder_}, {.result_folders = {folder_}, .results_beside = false}), ElementsAre("a.jpg"));
}

TEST_F(InputsTest, FollowsLinksAndEndsInALoop) {
  Write("real/a.jpg");
  fs::create_directory_symlink(folder_, folder_ / "real" / "loop");
  fs::create_directory_symlink(folder_ / "real", folder_ / "alias");
  EXPECT_THAT(Find({folder_}), ElementsAre("alias/a.jpg"));
}

TEST_F(InputsTest, TakesEachFileOnce) {
  Write("a.jpg");
  EXPECT_THAT(Find({folder_ / "a.jpg", folder_, folder_ / "." / "a.jpg"}), ElementsAre("a.jpg"));
}

TEST_F(InputsTest, ReportsWhatIsNotThere) {
  Find({folder_ / "absent.jpg"});
  ASSERT_EQ(found_.problems.size(), 1U);
  EXPECT_EQ(found_.problems[0].error.code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace removr::app
