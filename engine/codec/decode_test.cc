#include "engine/codec/decode.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <opencv2/core.hpp>

#include "engine/codec/samples_test.h"

namespace removr::codec {
namespace {

using samples::JpegColors;

Decoded MustDecode(const Bytes& bytes) {
  auto decoded = Decode(bytes, Limits{});
  if (!decoded) {
    ADD_FAILURE() << decoded.error().message;
    return {{cv::Mat(1, 1, CV_8UC3), image::ColorModel::kRgb, false, 1}, Format::kJpeg};
  }
  return std::move(*decoded);
}

ErrorCode CodeOf(ByteView bytes, const Limits& limits = {}) {
  const auto decoded = Decode(bytes, limits);
  return decoded ? ErrorCode::kInternal : decoded.error().code;
}

double MeanDifference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total() * static_cast<std::size_t>(a.channels()));
}

TEST(Decode, ReadsEveryKindOfSample) {
  for (const auto& [name, bytes] : samples::All()) {
    SCOPED_TRACE(name);
    if (name == "animated.webp") continue;
    const Decoded decoded = MustDecode(bytes);
    EXPECT_TRUE(name.ends_with(std::string(".") + std::string(Name(decoded.format))));
    const auto probe = ProbeImage(bytes);
    ASSERT_TRUE(probe);
    EXPECT_EQ(decoded.image.width(), probe->width);
    EXPECT_EQ(decoded.image.height(), probe->height);
  }
}

TEST(Decode, JpegComesNearTheSceneInEveryColourSpace) {
  for (const auto colors :
       {JpegColors::kGray, JpegColors::kYcc, JpegColors::kRgb, JpegColors::kCmyk, JpegColors::kYcck}) {
    for (const bool progressive : {false, true}) {
      const samples::JpegOptions options{
          .colors = colors, .h_sampling = 1, .v_sampling = 1, .progressive = progressive, .adobe = false};
      const Decoded decoded = MustDecode(samples::Jpeg(options));
      if (colors == JpegColors::kYcck) continue;  // without an Adobe marker it would be read as CMYK
      const cv::Mat scene = samples::Scene(options.width, options.height, decoded.image.pixels.type());
      EXPECT_LT(MeanDifference(decoded.image.pixels, scene), 4) << static_cast<int>(colors);
    }
  }
}

TEST(Decode, SaysWhereColoursWereStoredAtHalfTheResolution) {
  EXPECT_TRUE(MustDecode(samples::Jpeg({})).image.soft_colors);
  EXPECT_TRUE(MustDecode(samples::Jpeg({.h_sampling = 2, .v_sampling = 1})).image.soft_colors);
  EXPECT_FALSE(MustDecode(samples::Jpeg({.h_sampling = 1, .v_sampling = 1})).image.soft_colors);
  EXPECT_FALSE(
      MustDecode(samples::Jpeg({.colors = JpegColors::kGray, .h_sampling = 1, .v_sampling = 1})).image.soft_colors);
  EXPECT_FALSE(MustDecode(samples::Png({})).image.soft_colors);
  EXPECT_TRUE(MustDecode(samples::Webp({.lossless = false})).image.soft_colors);
  EXPECT_FALSE(MustDecode(samples::Webp({.lossless = true})).image.soft_colors);
}

TEST(Decode, AdobeCmykIsTurnedToZeroForNoInk) {
  for (const auto colors : {JpegColors::kCmyk, JpegColors::kYcck}) {
    const samples::JpegOptions options{.colors = colors, .h_sampling = 1, .v_sampling = 1};
    const Decoded decoded = MustDecode(samples::Jpeg(options));
    EXPECT_EQ(decoded.image.model, image::ColorModel::kCmyk);
    const cv::Mat inverted = ~decoded.image.pixels;
    EXPECT_LT(MeanDifference(inverted, samples::Scene(options.width, options.height, CV_8UC4)), 5);
  }
}

TEST(Decode, PngIsExactInEveryColourTypeAndDepth) {
  struct Case {
    int color_type, bit_depth, type;
  };
  for (const Case c : {Case{0, 8, CV_8UC1}, Case{0, 16, CV_16UC1}, Case{2, 8, CV_8UC3}, Case{2, 16, CV_16UC3},
                       Case{4, 8, CV_8UC2}, Case{4, 16, CV_16UC2}, Case{6, 8, CV_8UC4}, Case{6, 16, CV_16UC4}}) {
    for (const bool interlaced : {false, true}) {
      const samples::PngOptions options{.color_type = c.color_type, .bit_depth = c.bit_depth, .interlaced = interlaced};
      const Decoded decoded = MustDecode(samples::Png(options));
      ASSERT_EQ(decoded.image.pixels.type(), c.type);
      EXPECT_EQ(decoded.image.has_alpha, c.color_type >= 4);
      EXPECT_EQ(cv::norm(decoded.image.pixels, samples::Scene(options.width, options.height, c.type), cv::NORM_INF), 0);
    }
  }
}

TEST(Decode, FewBitsAndPalettesBecomeEight) {
  const Decoded gray = MustDecode(samples::Png({.color_type = 0, .bit_depth = 2}));
  EXPECT_EQ(gray.image.pixels.type(), CV_8UC1);
  for (auto it = gray.image.pixels.begin<std::uint8_t>(); it != gray.image.pixels.end<std::uint8_t>(); ++it) {
    ASSERT_EQ(*it % 85, 0);
  }
  const Decoded palette = MustDecode(samples::Png({.color_type = 3, .bit_depth = 4, .transparency = true}));
  EXPECT_EQ(palette.image.pixels.type(), CV_8UC4);
  EXPECT_TRUE(palette.image.has_alpha);
}

TEST(Decode, ATransparentColourBecomesAlpha) {
  for (const int depth : {1, 2, 4, 8, 16}) {
    const Decoded decoded = MustDecode(samples::Png({.color_type = 0, .bit_depth = depth, .transparency = true}));
    ASSERT_TRUE(decoded.image.has_alpha);
    cv::Mat alpha;
    cv::extractChannel(decoded.image.pixels, alpha, 1);
    double low = 1, high = 0;
    cv::minMaxLoc(alpha, &low, &high);
    EXPECT_EQ(low, 0);
    EXPECT_EQ(high, depth == 16 ? 65535 : 255);
  }
}

TEST(Decode, LosslessWebpIsExactUnderTransparencyToo) {
  for (const bool alpha : {false, true}) {
    const samples::WebpOptions options{.lossless = true, .alpha = alpha};
    const Decoded decoded = MustDecode(samples::Webp(options));
    const cv::Mat scene = samples::Scene(options.width, options.height, alpha ? CV_8UC4 : CV_8UC3);
    EXPECT_EQ(cv::norm(decoded.image.pixels, scene, cv::NORM_INF), 0);
  }
}

TEST(Decode, ReadsTheOrientationOfEachFormat) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const std::string exif = samples::Exif(orientation, orientation % 2 == 0);
    const std::string prefix("Exif\0\0", 6);
    EXPECT_EQ(MustDecode(samples::Jpeg({.markers = {{0xE1, prefix + exif}}})).image.orientation, orientation);
    EXPECT_EQ(MustDecode(samples::Png({.chunks = {{"eXIf", exif}}})).image.orientation, orientation);
    EXPECT_EQ(MustDecode(samples::Webp({.exif = exif})).image.orientation, orientation);
    EXPECT_EQ(MustDecode(samples::Webp({.exif = prefix + exif})).image.orientation, orientation);
  }
}

TEST(Decode, RefusesAnimation) { EXPECT_EQ(CodeOf(samples::AnimatedWebp()), ErrorCode::kAnimated); }

TEST(Decode, TellsForeignFilesFromBrokenOnes) {
  const auto bytes = [](std::string_view text) { return Bytes(text.begin(), text.end()); };
  EXPECT_EQ(CodeOf({}), ErrorCode::kUnsupportedFormat);
  EXPECT_EQ(CodeOf(bytes("GIF89a and so on")), ErrorCode::kUnsupportedFormat);
  EXPECT_EQ(CodeOf(bytes("\xFF\xD8\xFF\xE0")), ErrorCode::kCorruptImage);
  EXPECT_EQ(CodeOf(bytes("\x89PNG\r\n\x1A\n")), ErrorCode::kCorruptImage);
  EXPECT_EQ(CodeOf(bytes("RIFF1234WEBP")), ErrorCode::kCorruptImage);
}

// The last one may only miss what a decoder does not need to see, such as half of an IEND.
TEST(Decode, RefusesEveryTruncation) {
  for (const auto& [name, bytes] : samples::All()) {
    for (std::size_t twentieth = 0; twentieth < 20; ++twentieth) {
      const ByteView part = ByteView(bytes).subspan(0, bytes.size() * twentieth / 20);
      const ErrorCode code = CodeOf(part);
      const bool refused = code == ErrorCode::kCorruptImage ||
                           (part.size() < 12 && code == ErrorCode::kUnsupportedFormat) ||
                           (name == "animated.webp" && code == ErrorCode::kAnimated);
      EXPECT_TRUE(refused) << name << " cut to " << twentieth << "/20: " << Name(code);
    }
    const ErrorCode code = CodeOf(ByteView(bytes).subspan(0, bytes.size() - 1));
    EXPECT_NE(code, ErrorCode::kInternal) << name << " without its last byte";
  }
}

TEST(Decode, RefusesDamagedPixels) {
  Bytes png = samples::Png({});
  png[png.size() - 20] ^= 1;  // the last IDAT's data
  EXPECT_EQ(CodeOf(png), ErrorCode::kCorruptImage);
}

TEST(Decode, IgnoresStrayBytesBetweenJpegSegments) {
  Bytes jpeg = samples::Jpeg({});
  const std::uint8_t stray[] = {0, 1, 2};
  jpeg.insert(jpeg.begin() + 2 + 18, std::begin(stray), std::end(stray));  // behind APP0
  MustDecode(jpeg);
}

TEST(Decode, ChecksTheSizeBeforeTakingMemory) {
  Bytes png = samples::Png({});
  const Bytes header = samples::PngChunkBytes("IHDR", std::string("\0\0\xFF\xFF\0\0\xFF\xFF\x08\x02\0\0\0", 13));
  std::copy(header.begin(), header.end(), png.begin() + 8);
  EXPECT_EQ(CodeOf(png), ErrorCode::kTooManyPixels);
  const Bytes widest =
      samples::PngChunkBytes("IHDR", std::string("\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x10\x06\0\0\0", 13));
  std::copy(widest.begin(), widest.end(), png.begin() + 8);
  EXPECT_EQ(CodeOf(png), ErrorCode::kTooManyPixels);

  Bytes jpeg = samples::Jpeg({});
  for (std::size_t i = 0; i + 9 < jpeg.size(); ++i) {
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0) {
      std::fill_n(jpeg.begin() + static_cast<std::ptrdiff_t>(i) + 5, 4, std::uint8_t{0xFF});
      break;
    }
  }
  EXPECT_EQ(CodeOf(jpeg), ErrorCode::kTooManyPixels);

  Bytes webp = samples::Webp({.lossless = true});
  webp[21] = webp[22] = webp[23] = 0xFF;  // 16384 x 16384
  webp[24] |= 0x0F;
  EXPECT_EQ(CodeOf(webp), ErrorCode::kTooManyPixels);
}

TEST(Decode, TakesAnImageOfExactlyTheLimit) {
  const Bytes jpeg = samples::Jpeg({.width = 40, .height = 30});
  EXPECT_TRUE(Decode(jpeg, Limits{.pixels_max = 1200}));
  EXPECT_EQ(CodeOf(jpeg, Limits{.pixels_max = 1199}), ErrorCode::kTooManyPixels);
}

TEST(Decode, RefusesMoreScansThanTheLimit) {
  const Bytes jpeg = samples::Jpeg({.progressive = true});  // ten scans
  EXPECT_TRUE(Decode(jpeg, Limits{.jpeg_scans_max = 10}));
  EXPECT_EQ(CodeOf(jpeg, Limits{.jpeg_scans_max = 9}), ErrorCode::kCorruptImage);
}

// A text of 20 MB of zeros in 20 kB is passed over, never inflated.
TEST(Decode, NeverInflatesMetadata) {
  const std::string zeros(20'000'000, '\0');
  Bytes packed(compressBound(zeros.size()));
  uLongf size = packed.size();
  ASSERT_EQ(compress(packed.data(), &size, reinterpret_cast<const Bytef*>(zeros.data()), zeros.size()), Z_OK);
  const std::string data =
      std::string("Bomb\0\0", 6) + std::string(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size));
  MustDecode(samples::Png({.chunks = {{"zTXt", data}, {"iCCP", data}}}));
}

}  // namespace
}  // namespace removr::codec
