#include "service/api/static_files.h"

#include <gtest/gtest.h>

#include <fstream>

#include "service/store/random_id.h"

namespace removr::api {
namespace {

namespace fs = std::filesystem;

TEST(AcceptsEncoding, ReadsWeightsAndWildcards) {
  struct Case {
    std::string_view field;
    bool br;
  };
  const Case cases[] = {
      {"br", true},
      {"gzip, deflate, br", true},
      {"gzip;q=1.0,BR ; q=0.1", true},
      {"*", true},
      {"*;q=0.5", true},
      {"", false},
      {"gzip", false},
      {"br;q=0", false},
      {"br;q=0.000", false},
      {"br;q=0, *", false},
      {"*;q=0", false},
      {"brotli", false},
      {",,;q=1,", false},
      {"*;q=0, br", true},
  };
  for (const Case& c : cases) EXPECT_EQ(AcceptsEncoding(c.field, "br"), c.br) << c.field;
}

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() : folder_(fs::temp_directory_path() / ("removr-static-" + store::RandomId())) {
    fs::create_directories(folder_ / "assets");
  }
  ~StaticFilesTest() override { fs::remove_all(folder_); }

  void Put(const std::string& name, const std::string& content) { std::ofstream(folder_ / name) << content; }
  int StatusOf(const StaticFiles& files, const std::string& path) {
    http::Request request;
    request.path = path;
    const auto response = files.Get(request);
    return response ? response->status : 0;
  }

  fs::path folder_;
};

TEST_F(StaticFilesTest, NeedsThePage) {
  EXPECT_EQ(StaticFiles::Load(folder_).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(StaticFiles::Load(folder_ / "absent").error().code, ErrorCode::kIo);
  Put("index.html", "page");
  EXPECT_TRUE(StaticFiles::Load(folder_));
}

TEST_F(StaticFilesTest, HasABoundInBytes) {
  Put("index.html", "page");
  Put("large", "");
  fs::resize_file(folder_ / "large", StaticFiles::kMaxBytes);  // a hole: nothing is written
  EXPECT_EQ(StaticFiles::Load(folder_).error().code, ErrorCode::kFileTooLarge);
}

TEST_F(StaticFilesTest, ServesWhatLayThereAtTheStart) {
  Put("index.html", "page");
  Put("assets/ä b.js", "script");
  const StaticFiles files = StaticFiles::Load(folder_).value();
  Put("late.txt", "late");
  EXPECT_EQ(StatusOf(files, "/assets/%C3%A4%20b.js"), 200);
  EXPECT_EQ(StatusOf(files, "/late.txt"), 0);
  EXPECT_EQ(StatusOf(files, "/jobs/x"), 200);
  for (const char* path : {"//", "//jobs", "/jobsx", "/x/jobs", "/assets", "/../static"}) {
    EXPECT_EQ(StatusOf(files, path), 0) << path;
  }
}

}  // namespace
}  // namespace removr::api
