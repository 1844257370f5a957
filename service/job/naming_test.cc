#include "service/job/naming.h"

#include <gtest/gtest.h>

namespace removr::job {
namespace {

TEST(ImageId, IsTheStemMadeSafeAndTheIndex) {
  struct Case {
    std::string filename;
    std::string expected;  // with index 3
  };
  const Case cases[] = {
      {"a.jpg", "a-3"},
      {"holiday.final.JPG", "holiday.final-3"},
      {"no extension", "no_extension-3"},
      {"with  two spaces.jpg", "with_two_spaces-3"},
      {"Zürich am See.jpg", "Z_rich_am_See-3"},
      {"фото.jpg", "image-3"},
      {"фото 12.jpg", "12-3"},
      {"", "image-3"},
      {".jpg", "image-3"},
      {"...", "..-3"},
      {"../../etc/passwd", "passwd-3"},
      {"C:\\Pictures\\cat.png", "cat-3"},
      {"folder/", "image-3"},
      {"a\"b<c>\r\nd.jpg", "a_b_c_d-3"},
      {std::string(100, 'x') + ".jpg", std::string(64, 'x') + "-3"},
      {"_-.jpg", "_--3"},
  };
  for (const Case& c : cases) EXPECT_EQ(ImageId(c.filename, 3), c.expected) << c.filename;
}

TEST(CleanFilename, IsShortValidUtf8WithoutPathOrControls) {
  struct Case {
    std::string filename;
    std::string expected;
  };
  const Case cases[] = {
      {"Zürich.jpg", "Zürich.jpg"},
      {"日本 😀.png", "日本 😀.png"},
      {"/home/anna/cat.png", "cat.png"},
      {"C:\\cat.png", "cat.png"},
      {"a\r\n\tb\x7f.jpg", "ab.jpg"},
      {"\xff.jpg", "\uFFFD.jpg"},
      {"a\xc3", "a\uFFFD"},                              // cut short
      {"\xc0\x80", "\uFFFD\uFFFD"},                      // overlong
      {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},            // a surrogate
      {"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // beyond U+10FFFF
      {std::string(300, 'x'), std::string(255, 'x')},
      {std::string(254, 'x') + "ü", std::string(254, 'x')},
      {"", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(CleanFilename(c.filename), c.expected) << c.filename;
}

TEST(ResultFilename, HasTheExtensionOfTheFormat) {
  EXPECT_EQ(ResultFilename("a-0", Format::kJpeg), "a-0-clean.jpg");
  EXPECT_EQ(ResultFilename("a-0", Format::kPng), "a-0-clean.png");
  EXPECT_EQ(ResultFilename("a-0", Format::kWebp), "a-0-clean.webp");
}

TEST(BlobNames, DifferByImageAndLease) {
  EXPECT_EQ(OriginalBlob("job", 0), "job/0.original");
  EXPECT_NE(ResultBlob("job", 1, 2), ResultBlob("job", 1, 3));
  EXPECT_NE(ResultBlob("job", 1, 2), ResultBlob("job", 2, 2));
}

}  // namespace
}  // namespace removr::job
