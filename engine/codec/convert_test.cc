#include "engine/codec/convert.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/codec/decode.h"
#include "engine/codec/exif.h"
#include "engine/codec/parts.h"
#include "engine/codec/samples_test.h"

namespace removr::codec {
namespace {

Bytes BytesOf(const std::string& text) { return {text.begin(), text.end()}; }

// A profile's header as far as it is looked at: the colour space at 16.
std::string Profile(const std::string& space, std::size_t size = 200) {
  std::string profile(size, '\7');
  return profile.replace(16, 4, space);
}

Result<Bytes> Convert(Format target, const Bytes& original, std::optional<int> quality = {}) {
  ASSIGN_OR_RETURN(const Decoded decoded, Decode(original, {}));
  return EncodeAs(target, original, decoded.image, quality, {});
}

image::Image Pixels(const Bytes& file) { return Decode(file, {}).value().image; }

Bytes MarkedUp(const std::string& profile, int orientation) {
  samples::JpegOptions options;
  options.markers = {{0xE1, std::string("Exif\0\0", 6) + samples::Exif(orientation)},
                     {0xE1, std::string("http://ns.adobe.com/xap/1.0/\0", 29) + "<xmp/>"},
                     {0xE2, std::string("ICC_PROFILE\0\1\2", 14) + profile.substr(0, 100)},
                     {0xE2, std::string("ICC_PROFILE\0\2\2", 14) + profile.substr(100)}};
  return samples::Jpeg(options);
}

TEST(EncodeAs, GivesEveryFormatEveryKindOfImage) {
  for (const auto& [name, file] : samples::All()) {
    const auto decoded = Decode(file, {});
    if (!decoded) continue;  // the animated one
    for (const Format target : {Format::kJpeg, Format::kPng, Format::kWebp}) {
      const auto converted = EncodeAs(target, file, decoded->image, {}, {});
      ASSERT_TRUE(converted) << name << " as " << Name(target) << ": " << converted.error().message;
      EXPECT_EQ(SniffFormat(*converted), target) << name;
      EXPECT_EQ(Pixels(*converted).pixels.size(), image::ToUpright(decoded->image).pixels.size()) << name;
    }
  }
}

TEST(EncodeAs, KeepsEveryPixelWhereTheTargetCan) {
  for (const int depth : {8, 16}) {
    samples::PngOptions options;
    options.color_type = 6;
    options.bit_depth = depth;
    const Bytes png = samples::Png(options);
    EXPECT_EQ(cv::norm(Pixels(Convert(Format::kPng, png).value()).pixels, Pixels(png).pixels, cv::NORM_INF), 0);
  }
  const Bytes png = samples::Png({});
  EXPECT_EQ(cv::norm(Pixels(Convert(Format::kWebp, png).value()).pixels, Pixels(png).pixels, cv::NORM_INF), 0);
  const Bytes jpeg = samples::Jpeg({});
  EXPECT_EQ(cv::norm(Pixels(Convert(Format::kPng, jpeg).value()).pixels, Pixels(jpeg).pixels, cv::NORM_INF), 0);
}

TEST(EncodeAs, LosesLittleAndLessWithMoreQuality) {
  const Bytes png = samples::Png({.width = 200, .height = 150});
  for (const Format target : {Format::kJpeg, Format::kWebp}) {
    const Bytes poor = Convert(target, png, 20).value(), good = Convert(target, png, 95).value();
    EXPECT_LT(poor.size(), good.size()) << Name(target);
    EXPECT_LT(cv::norm(Pixels(good).pixels, Pixels(png).pixels, cv::NORM_L1) / (3 * 200 * 150), 4) << Name(target);
  }
}

TEST(EncodeAs, CarriesTheMetadataOver) {
  const std::string profile = Profile("RGB ");
  const Bytes jpeg = MarkedUp(profile, 1);
  for (const Format target : {Format::kPng, Format::kWebp, Format::kJpeg}) {
    const Metadata kept = ReadMetadata(Convert(target, jpeg).value(), {});
    EXPECT_EQ(kept.icc, BytesOf(profile)) << Name(target);
    EXPECT_EQ(kept.xmp, BytesOf("<xmp/>")) << Name(target);
    EXPECT_EQ(kept.exif, BytesOf(samples::Exif(1))) << Name(target);
  }
}

TEST(EncodeAs, LeavesAProfileOfOtherColoursBehind) {
  const Bytes jpeg = MarkedUp(Profile("CMYK"), 1);
  EXPECT_TRUE(ReadMetadata(Convert(Format::kPng, jpeg).value(), {}).icc.empty());
}

TEST(EncodeAs, CarriesALongProfileInSeveralSegments) {
  const std::string profile = Profile("RGB ", 150'000);
  const Bytes webp = samples::Webp({.icc = profile});
  EXPECT_EQ(ReadMetadata(Convert(Format::kJpeg, webp).value(), {}).icc, BytesOf(profile));
}

TEST(EncodeAs, TurnsThePixelsAndSaysSo) {
  const Bytes jpeg = MarkedUp(Profile("RGB "), 6);
  const Bytes png = Convert(Format::kPng, jpeg).value();
  EXPECT_EQ(cv::norm(Pixels(png).pixels, image::ToUpright(Pixels(jpeg)).pixels, cv::NORM_INF), 0);
  EXPECT_EQ(Pixels(png).orientation, 1);
  EXPECT_EQ(ReadOrientation(ReadMetadata(png, {}).exif), 1);
}

TEST(EncodeAs, LaysAlphaOverWhiteForJpeg) {
  const image::Image clear{cv::Mat(16, 16, CV_8UC4, cv::Scalar(10, 20, 30, 0)), image::ColorModel::kRgb, true, 1};
  const Bytes jpeg = EncodeAs(Format::kJpeg, samples::Png({}), clear, {}, {}).value();
  EXPECT_EQ(cv::norm(Pixels(jpeg).pixels, cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(255)), cv::NORM_INF), 0);
}

TEST(EncodeAs, RefusesASideThatTheFormatHasNoRoomFor) {
  const image::Image wide{cv::Mat::zeros(1, 16'384, CV_8UC3), image::ColorModel::kRgb, false, 1};
  const auto webp = EncodeAs(Format::kWebp, samples::Png({}), wide, {}, {});
  ASSERT_FALSE(webp);
  EXPECT_EQ(webp.error().code, ErrorCode::kTooManyPixels);
  EXPECT_TRUE(EncodeAs(Format::kJpeg, samples::Png({}), wide, {}, {}));
}

TEST(MakeUpright, UnlinksTheThumbnailInBothByteOrders) {
  for (const bool big_endian : {false, true}) {
    std::string exif = samples::Exif(8, big_endian);
    const std::size_t next = exif.size() - 4;
    exif[next + 1] = 9;
    Bytes block = BytesOf(exif);
    MakeUpright(block);
    EXPECT_EQ(ReadOrientation(block), 1);
    EXPECT_EQ(Bytes(block.end() - 4, block.end()), Bytes(4, 0)) << "does the sample end with the next directory?";
  }
}

TEST(MakeUpright, LeavesWhatIsNoExifAlone) {
  Bytes junk = BytesOf("II*");
  MakeUpright(junk);
  EXPECT_EQ(junk, BytesOf("II*"));
  Bytes cut = BytesOf(samples::Exif(6).substr(0, 16));
  MakeUpright(cut);  // nothing to see but that it stays inside
  EXPECT_EQ(cut.size(), 16U);
}

TEST(ListParts, NamesWhatAJpegHoldsInItsOrder) {
  std::string names;
  for (const FilePart& part : ListParts(MarkedUp(Profile("RGB "), 1))) names += part.name + "; ";
  EXPECT_NE(names.find("APP1 EXIF; APP1 XMP; APP2 ICC profile; APP2 ICC profile; "), std::string::npos) << names;
  EXPECT_NE(names.find("SOF0; scan; "), std::string::npos) << names;
}

TEST(ListParts, SeesWhatFollowsTheImage) {
  for (const auto& [name, sample] : samples::All()) {
    Bytes file = sample;
    const std::size_t before = ListParts(file).size();
    file.insert(file.end(), {'m', 'o', 'r', 'e'});
    const auto parts = ListParts(file);
    ASSERT_EQ(parts.size(), before + 1) << name;
    EXPECT_EQ(parts.back().name, "after the image") << name;
    EXPECT_EQ(parts.back().bytes.size(), 4U) << name;
  }
}

TEST(ListParts, StaysInsideAFileThatIsCutAnywhere) {
  for (const auto& [name, file] : samples::All()) {
    const std::size_t whole = ListParts(file).size();
    for (std::size_t size = 0; size < file.size(); size += 1 + size / 64) {
      const ByteView cut = ByteView(file).first(size);
      const auto parts = ListParts(cut);
      EXPECT_LE(parts.size(), whole + 1) << name;
      for (const FilePart& part : parts) {
        EXPECT_GE(part.bytes.data(), cut.data());
        EXPECT_LE(part.bytes.data() + part.bytes.size(), cut.data() + cut.size());
      }
      static_cast<void>(ReadMetadata(cut, {}));
    }
  }
}

}  // namespace
}  // namespace removr::codec
