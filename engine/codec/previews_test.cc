#include "engine/codec/previews.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>
#include <random>

#include "engine/codec/decode.h"
#include "engine/codec/encode.h"
#include "engine/codec/exif.h"
#include "engine/codec/metadata.h"
#include "engine/codec/parts.h"
#include "engine/codec/samples_test.h"
#include "engine/codec/tiff.h"

namespace removr::codec {
namespace {

// Numbers of a TIFF file, one after the other.
struct Writer {
  bool big_endian;
  std::string text = {};

  Writer& U16(unsigned value) {
    const char low = static_cast<char>(value), high = static_cast<char>(value >> 8);
    text += big_endian ? std::string{high, low} : std::string{low, high};
    return *this;
  }
  Writer& U32(unsigned value) {
    return big_endian ? U16(value >> 16).U16(value & 0xFFFF) : U16(value & 0xFFFF).U16(value >> 16);
  }
  Writer& Entry(unsigned tag, unsigned type, unsigned count, unsigned value) {
    return U16(tag).U16(type).U32(count).U32(value);
  }
};

std::string Text(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

// An EXIF block: a first directory of one entry, the thumbnail's of three, its bytes.
std::string ExifWith(const std::string& thumbnail, bool big_endian = false, bool jpeg = true) {
  Writer out{big_endian, big_endian ? "MM" : "II"};
  out.U16(42).U32(8).U16(1).Entry(305, 2, 4, 0x61616161).U32(26);
  const unsigned behind = 26 + 2 + 3 * 12 + 4, size = static_cast<unsigned>(thumbnail.size());
  out.U16(3).Entry(259, 3, 1, big_endian ? 6 << 16 : 6).Entry(jpeg ? 513 : 273, 4, 1, behind);
  out.Entry(jpeg ? 514 : 279, 4, 1, size).U32(0);
  return out.text + thumbnail;
}

std::string SmallJpeg(int width, int height) { return Text(samples::Jpeg({.width = width, .height = height})); }

// A file with these segments, and its image with a mark taken off: a bright square in the middle.
struct Change {
  Bytes file;
  image::Image cleaned;
  image::Mask mask;

  Bytes Encoded() const {
    const auto bytes = Encode(file, cleaned, mask);
    EXPECT_TRUE(bytes) << (bytes ? "" : bytes.error().message);
    return bytes ? *bytes : Bytes();
  }
};

Change ChangeOf(Bytes file) {
  Change change{std::move(file), {}, {}};
  const auto decoded = Decode(change.file, {});
  EXPECT_TRUE(decoded);
  change.cleaned = decoded->image;
  const cv::Size size = change.cleaned.pixels.size();
  const cv::Rect middle(size.width / 4, size.height / 4, size.width / 2, size.height / 2);
  change.mask = cv::Mat::zeros(size, CV_8U);
  change.mask(middle) = 255;
  change.cleaned.pixels(middle) = cv::Scalar::all(250);
  return change;
}

Bytes JpegWith(std::vector<std::pair<int, std::string>> markers) {
  return samples::Jpeg({.width = 240, .height = 160, .markers = std::move(markers)});
}

std::string PrefixedExif(const std::string& block) { return std::string("Exif\0\0", 6) + block; }

// How bright the middle of a small JPEG is; -1 where it is none.
double Middle(ByteView jpeg, cv::Size* size = nullptr) {
  const auto image = DecodeJpeg(jpeg, {});
  if (!image) return -1;
  const cv::Mat& pixels = image->pixels;
  if (size != nullptr) *size = pixels.size();
  const cv::Scalar mean = cv::mean(pixels(cv::Rect(pixels.cols / 2 - 4, pixels.rows / 2 - 4, 8, 8)));
  return mean[0];
}

ByteView Part(const Bytes& file, std::string_view name) {
  for (const FilePart& part : ListParts(file)) {
    if (part.name == name) return part.bytes;
  }
  return {};
}

TEST(Previews, ShowTheNewImageInExif) {
  for (const bool big_endian : {false, true}) {
    const std::string exif = PrefixedExif(ExifWith(SmallJpeg(120, 80), big_endian));
    const Change change = ChangeOf(JpegWith({{0xE1, exif}}));
    Bytes block = Bytes(exif.begin(), exif.end());
    EXPECT_LT(Middle(FindThumbnail(block)), 220);
    const Bytes encoded = change.Encoded();
    const ByteView after = Part(encoded, "APP1 EXIF");
    ASSERT_EQ(after.size(), exif.size());  // nothing in the block moved
    Bytes renewed(after.begin(), after.end());
    cv::Size size;
    EXPECT_NEAR(Middle(FindThumbnail(renewed), &size), 250, 6);
    EXPECT_EQ(size, cv::Size(120, 80));
    const std::size_t head = exif.size() - FindThumbnail(renewed).size();
    EXPECT_TRUE(std::equal(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(head), exif.begin(),
                           [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
  }
}

TEST(Previews, KeepTheBarsOfACamerasThumbnail) {
  const Change change = ChangeOf(JpegWith({{0xE1, PrefixedExif(ExifWith(SmallJpeg(160, 120)))}}));
  const Bytes encoded = change.Encoded();
  const ByteView after = Part(encoded, "APP1 EXIF");
  Bytes block(after.begin(), after.end());
  const auto thumbnail = DecodeJpeg(FindThumbnail(block), {});
  ASSERT_TRUE(thumbnail);
  EXPECT_EQ(thumbnail->pixels.size(), cv::Size(160, 120));
  EXPECT_LT(cv::mean(thumbnail->pixels.rowRange(0, 4))[0], 20);  // 3:2 in 4:3: 6 or 7 rows above and below
  EXPECT_GT(cv::mean(thumbnail->pixels.rowRange(55, 65))[0], 60);
}

TEST(Previews, AreDroppedWhereTheyCanNotBeMadeAnew) {
  const std::string strip(300, 'x'), cramped = SmallJpeg(120, 80).substr(0, 650);  // header and half of the pixels
  for (const std::string& exif : {ExifWith(strip, false, false), ExifWith(cramped), ExifWith("no JPEG at all")}) {
    const Change change = ChangeOf(JpegWith({{0xE1, PrefixedExif(exif)}}));
    const Bytes encoded = change.Encoded();
    const ByteView after = Part(encoded, "APP1 EXIF");
    ASSERT_EQ(after.size(), exif.size() + 6);
    Bytes block(after.begin(), after.end());
    EXPECT_TRUE(FindThumbnail(block).empty());
    const auto old_bytes = after.subspan(6 + 26 + 2 + 3 * 12 + 4);
    EXPECT_TRUE(std::all_of(old_bytes.begin(), old_bytes.end(), [](std::uint8_t byte) { return byte == 0; }));
  }
}

TEST(Previews, LeaveABlockWithoutAThumbnailAlone) {
  const std::string exif = PrefixedExif(samples::Exif(6));
  const Bytes encoded = ChangeOf(JpegWith({{0xE1, exif}})).Encoded();
  const ByteView after = Part(encoded, "APP1 EXIF");
  EXPECT_EQ(std::string(after.begin(), after.end()), exif);
}

TEST(Previews, ShowTheNewImageInPngAndWebp) {
  const std::string exif = ExifWith(SmallJpeg(30, 20));
  const Bytes png = samples::Png({.width = 120, .height = 80, .chunks = {{"eXIf", exif}}});
  const Bytes webp = samples::Webp({.width = 120, .height = 80, .lossless = true, .exif = exif});
  for (const Bytes& file : {png, webp}) {
    Bytes block = ReadMetadata(ChangeOf(file).Encoded(), {}).exif;
    ASSERT_EQ(block.size(), exif.size());
    EXPECT_NEAR(Middle(FindThumbnail(block)), 250, 6);
  }
}

TEST(Previews, ShowTheNewImageInPhotoshopsResources) {
  const std::string thumbnail = SmallJpeg(60, 40);
  Writer out{true, std::string("Photoshop 3.0\0", 14)};
  out.text += "8BIM";
  out.U16(1028).U16(0).U32(3).text += std::string("abc\0", 4);  // IPTC of odd length
  out.text += "8BIM";
  out.U16(1036).U16(0).U32(static_cast<unsigned>(28 + thumbnail.size())).text += std::string(28, '\1') + thumbnail;
  const Bytes encoded = ChangeOf(JpegWith({{0xED, out.text}})).Encoded();
  const ByteView after = Part(encoded, "APP13 IPTC");
  ASSERT_EQ(after.size(), out.text.size());
  EXPECT_NEAR(Middle(after.last(thumbnail.size())), 250, 6);
  EXPECT_TRUE(std::equal(after.begin(), after.end() - static_cast<std::ptrdiff_t>(thumbnail.size()), out.text.begin(),
                         [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
}

// "MPF\0", then an index of three pictures: the image itself, a preview and a gain map.
std::string Mpf(unsigned first_size, const std::array<unsigned, 2>& offsets, const std::array<unsigned, 2>& sizes) {
  Writer out{true, std::string("MPF\0MM", 6)};
  out.U16(42).U32(8).U16(1).Entry(0xB002, 7, 48, 26).U32(0);
  out.U32(0x030000).U32(first_size).U32(0).U32(0);
  out.U32(0x010001).U32(sizes[0]).U32(offsets[0]).U32(0);
  out.U32(0).U32(sizes[1]).U32(offsets[1]).U32(0);
  return out.text;
}

struct MultiPicture {
  Bytes file;
  std::string gain_map;
};

MultiPicture MakeMultiPicture() {
  const std::string preview = SmallJpeg(120, 80);
  const Bytes gain = samples::Jpeg({.width = 60, .height = 40, .colors = samples::JpegColors::kGray});
  const auto make = [&](unsigned first_size, std::array<unsigned, 2> offsets) {
    return JpegWith({{0xE2, Mpf(first_size, offsets,
                                {static_cast<unsigned>(preview.size()), static_cast<unsigned>(gain.size())})}});
  };
  Bytes file = make(0, {});
  const auto first_size = static_cast<unsigned>(file.size());
  const auto base = static_cast<unsigned>(Part(file, "APP2 MPF").data() - file.data()) + 4;
  file = make(first_size, {first_size - base, first_size - base + static_cast<unsigned>(preview.size())});
  file.insert(file.end(), preview.begin(), preview.end());
  file.insert(file.end(), gain.begin(), gain.end());
  return {file, Text(gain)};
}

TEST(Previews, ShowTheNewImageBehindTheFirst) {
  const MultiPicture before = MakeMultiPicture();
  const Change change = ChangeOf(before.file);
  Bytes encoded = change.Encoded();
  ASSERT_NE(encoded.size(), before.file.size());  // else nothing had to move
  const ByteView index = Part(encoded, "APP2 MPF").subspan(4);
  const auto base = static_cast<std::size_t>(index.data() - encoded.data());
  const Tiff tiff = Tiff::Open(std::span(encoded).subspan(base));
  const std::size_t entries = 26;
  EXPECT_EQ(tiff.U32(entries + 4), encoded.size() - tiff.U32(entries + 20) - tiff.U32(entries + 36));
  const auto picture = [&](std::size_t i) {
    return ByteView(encoded).subspan(base + tiff.U32(entries + 16 * i + 8), tiff.U32(entries + 16 * i + 4));
  };
  cv::Size size;
  EXPECT_NEAR(Middle(picture(1), &size), 250, 6);
  EXPECT_EQ(size, cv::Size(120, 80));

  // The gain map holds no picture of the mark, and is what it was elsewhere.
  const Bytes gain_before(before.gain_map.begin(), before.gain_map.end());
  const auto was = DecodeJpeg(gain_before, {}), is = DecodeJpeg(picture(2), {});
  ASSERT_TRUE(was && is);
  cv::Mat difference;
  cv::absdiff(was->pixels, is->pixels, difference);
  EXPECT_GT(cv::mean(difference(cv::Rect(20, 14, 20, 12)))[0], 1);
  difference(cv::Rect(8, 0, 48, 40)) = 0;  // the blocks that the mask touches
  EXPECT_EQ(cv::countNonZero(difference), 0);
}

TEST(ContentCredentials, AreSeenInEveryFormat) {
  const std::string jumbf = std::string("JP\0\1\0\0\0\1", 8) + "....jumb....jumdc2pa";
  EXPECT_TRUE(HasContentCredentials(ChangeOf(JpegWith({{0xEB, jumbf}})).Encoded()));
  EXPECT_TRUE(HasContentCredentials(ChangeOf(samples::Png({.chunks = {{"caBX", "x"}}})).Encoded()));
  EXPECT_FALSE(HasContentCredentials(JpegWith({{0xEB, "JP and something else"}})));
  EXPECT_FALSE(HasContentCredentials(JpegWith({})));
}

TEST(Previews, BearAnyDamage) {
  const std::string exif = PrefixedExif(ExifWith(SmallJpeg(120, 80)));
  Bytes whole = MakeMultiPicture().file;
  const Bytes with_exif = JpegWith({{0xE1, exif}});
  std::mt19937 random(7);
  for (const Bytes& original : {whole, with_exif}) {
    const Change change = ChangeOf(original);
    for (int round = 0; round < 60; ++round) {
      Bytes damaged = original;
      for (int i = 0; i < 6; ++i)
        damaged[random() % std::min<std::size_t>(damaged.size(), 400)] = static_cast<std::uint8_t>(random());
      RenewPreviews(damaged, original, change.cleaned, change.mask);
      EXPECT_EQ(damaged.size(), original.size());
    }
  }
}

}  // namespace
}  // namespace removr::codec
