#include "base/probe.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace removr {
namespace {

std::vector<std::uint8_t> Bytes(std::string_view text) { return {text.begin(), text.end()}; }

using namespace std::string_view_literals;

constexpr auto kPng = "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\x01\0\0\0\0\x80\x08\x02\0\0\0"sv;
constexpr auto kJpeg = "\xFF\xD8\xFF\xE0\0\x04zz\xFF\xFF\xC2\0\x11\x08\0\x10\0\x20\x03"sv;
constexpr auto kWebpExtended = "RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0\x0F\0\0\x07\0\0"sv;

TEST(Probe, ReadsFormatAndSizeFromTheHeader) {
  const auto png = ProbeImage(Bytes(kPng));
  ASSERT_TRUE(png);
  EXPECT_EQ(png->width, 256);
  EXPECT_EQ(png->height, 128);
  const auto jpeg = ProbeImage(Bytes(kJpeg));
  ASSERT_TRUE(jpeg) << jpeg.error().message;
  EXPECT_EQ(jpeg->width, 32);
  EXPECT_EQ(jpeg->height, 16);
  const auto webp = ProbeImage(Bytes(kWebpExtended));
  ASSERT_TRUE(webp);
  EXPECT_EQ(webp->width, 16);
  EXPECT_EQ(webp->height, 8);
  EXPECT_TRUE(webp->animated);
}

TEST(Probe, RefusesEveryTruncationOfAHeader) {
  for (const auto whole : {kPng.substr(0, 24), kJpeg.substr(0, 18), kWebpExtended}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(ProbeImage(Bytes(whole.substr(0, size)))) << size;
    }
  }
}

TEST(Probe, TellsForeignFilesFromBrokenOnes) {
  EXPECT_EQ(ProbeImage(Bytes("GIF89a")).error().code, ErrorCode::kUnsupportedFormat);
  EXPECT_EQ(ProbeImage(Bytes("")).error().code, ErrorCode::kUnsupportedFormat);
  EXPECT_EQ(ProbeImage(Bytes("\xFF\xD8\xFF\xD9"sv)).error().code, ErrorCode::kCorruptImage);
}

}  // namespace
}  // namespace removr
