#include "engine/codec/encode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/core.hpp>

#include "engine/codec/decode.h"
#include "engine/codec/png_chunks.h"
#include "engine/codec/png_write.h"
#include "engine/codec/samples_test.h"
#include "engine/codec/webp_chunks.h"
#include "engine/codec/webp_quality.h"

namespace removr::codec {
namespace {

Decoded MustDecode(const Bytes& bytes) {
  auto decoded = Decode(bytes, Limits{});
  if (!decoded) {
    ADD_FAILURE() << decoded.error().message;
    return {{cv::Mat(1, 1, CV_8UC3), image::ColorModel::kRgb, false, 1}, Format::kJpeg};
  }
  return std::move(*decoded);
}

// A file, what it decodes to, and an edit of a rectangle of it.
struct Edit {
  Bytes original;
  image::Image before;
  image::Image cleaned;
  image::Mask mask;

  Edit(Bytes bytes, const cv::Rect& where, double rgb) : original(std::move(bytes)) {
    before = MustDecode(original).image;
    cleaned = before;
    cleaned.pixels = before.pixels.clone();
    mask = image::Mask(before.pixels.size(), CV_8UC1, 0.0);
    const cv::Rect inside = where & cv::Rect({0, 0}, before.pixels.size());
    mask(inside).setTo(255);
    image::WriteRgb(cleaned, inside, cv::Mat(inside.size(), CV_32FC3, cv::Scalar(rgb, rgb * 0.9, rgb * 0.8)),
                    mask(inside));
  }

  Bytes MustEncode() const {
    auto encoded = Encode(original, cleaned, mask);
    EXPECT_TRUE(encoded) << encoded.error().message;
    return encoded ? *encoded : Bytes();
  }
};

const cv::Rect kSomewhere(9, 7, 12, 10);

bool IsLossy(const std::string& name) {
  return name.ends_with(".jpg") || name.starts_with("lossy") || name == "metadata.webp";
}

TEST(Encode, AnEmptyMaskGivesTheOriginalBytes) {
  for (const auto& [name, bytes] : samples::All()) {
    if (name == "animated.webp") continue;
    const Edit edit(bytes, {}, 0);
    EXPECT_EQ(edit.MustEncode(), bytes) << name;
  }
}

TEST(Encode, KeepsFormatSizeDepthAlphaAndOrientation) {
  for (const auto& [name, bytes] : samples::All()) {
    if (name == "animated.webp") continue;
    SCOPED_TRACE(name);
    const Edit edit(bytes, kSomewhere, 0.5);
    const Decoded after = MustDecode(edit.MustEncode());
    EXPECT_TRUE(name.ends_with(Extension(after.format)));
    EXPECT_EQ(after.image.pixels.size(), edit.before.pixels.size());
    EXPECT_EQ(after.image.pixels.type(), edit.before.pixels.type());
    EXPECT_EQ(after.image.model, edit.before.model);
    EXPECT_EQ(after.image.has_alpha, edit.before.has_alpha);
    EXPECT_EQ(after.image.orientation, edit.before.orientation);
  }
}

TEST(Encode, LosslessFormatsKeepEveryBit) {
  for (const auto& [name, bytes] : samples::All()) {
    if (name == "animated.webp" || IsLossy(name)) continue;
    SCOPED_TRACE(name);
    for (const double rgb : {0.0, 0.37, 1.0}) {
      const Edit edit(bytes, kSomewhere, rgb);
      EXPECT_EQ(cv::norm(MustDecode(edit.MustEncode()).image.pixels, edit.cleaned.pixels, cv::NORM_INF), 0);
    }
  }
}

TEST(Encode, LossyWebpStaysNearAndKeepsItsAlpha) {
  const Edit edit(samples::Webp({.alpha = true}), kSomewhere, 0.5);
  const cv::Mat after = MustDecode(edit.MustEncode()).image.pixels;
  cv::Mat alpha_before, alpha_after;
  cv::extractChannel(edit.before.pixels, alpha_before, 3);
  cv::extractChannel(after, alpha_after, 3);
  EXPECT_EQ(cv::norm(alpha_before, alpha_after, cv::NORM_INF), 0);
  EXPECT_LT(cv::norm(after, edit.cleaned.pixels, cv::NORM_L1) / static_cast<double>(after.total() * 3), 4);
}

std::vector<std::string> ChunkTypes(const Bytes& png) {
  std::vector<std::string> types;
  ByteView rest = ByteView(png).subspan(kPngSignatureBytes);
  for (PngChunk chunk; NextChunk(rest, chunk);) {
    if (types.empty() || types.back() != chunk.type) types.emplace_back(chunk.type);
  }
  return types;
}

std::string ChunkData(const Bytes& png, std::string_view type) {
  ByteView rest = ByteView(png).subspan(kPngSignatureBytes);
  for (PngChunk chunk; NextChunk(rest, chunk);) {
    if (chunk.Is(type)) return {chunk.data.begin(), chunk.data.end()};
  }
  return "(none)";
}

std::string AllData(const Bytes& png, std::string_view type) {
  std::string data;
  ByteView rest = ByteView(png).subspan(kPngSignatureBytes);
  for (PngChunk chunk; NextChunk(rest, chunk);) {
    if (chunk.Is(type)) data.append(chunk.data.begin(), chunk.data.end());
  }
  return data;
}

TEST(EncodePng, KeepsMetadataInItsOrder) {
  const Bytes png = samples::Png({.chunks = {{"gAMA", std::string("\0\0\xB1\x8F", 4)},
                                             {"sBIT", "\x08\x08\x08"},
                                             {"iCCP", "not even a profile"},
                                             {"pHYs", std::string("\0\0\x0B\x13\0\0\x0B\x13\x01", 9)},
                                             {"tEXt", std::string("Title\0Sea", 9)},
                                             {"zzZz", "safe to copy"},
                                             {"caBX", "c2pa"}}});
  const Bytes after = Edit(png, kSomewhere, 0.5).MustEncode();
  EXPECT_EQ(ChunkTypes(after), ChunkTypes(png));
  for (const char* type : {"gAMA", "sBIT", "iCCP", "pHYs", "tEXt", "zzZz", "caBX"}) {
    EXPECT_EQ(ChunkData(after, type), ChunkData(png, type));
  }
}

TEST(EncodePng, DropsAnimationAndUnknownChunksThatDependOnPixels) {
  const Bytes png = samples::Png({.chunks = {{"acTL", "12345678"}, {"fcTL", "1"}, {"iDOT", "offsets"}, {"tEXt", "a"}}});
  const Bytes after = Edit(png, kSomewhere, 0.5).MustEncode();
  EXPECT_EQ(ChunkTypes(after), (std::vector<std::string>{"IHDR", "tEXt", "IDAT", "IEND"}));
}

TEST(EncodePng, KeepsBytesBehindTheEnd) {
  Bytes png = samples::Png({});
  for (const char c : std::string_view("trailer")) png.push_back(static_cast<std::uint8_t>(c));
  const Bytes after = Edit(png, kSomewhere, 0.5).MustEncode();
  EXPECT_TRUE(std::equal(png.end() - 7, png.end(), after.end() - 7));
}

// Colour type and bit depth of a file.
std::pair<int, int> Layout(const Bytes& png) { return {png[25], png[24]}; }

TEST(EncodePng, StaysAPaletteAsLongAsTheColoursFit) {
  const auto layout_after = [](int bit_depth, int palette_size, bool transparency) {
    const Bytes png = samples::Png(
        {.color_type = 3, .bit_depth = bit_depth, .transparency = transparency, .palette_size = palette_size});
    return Layout(Edit(png, kSomewhere, 0.5).MustEncode());
  };
  EXPECT_EQ(layout_after(8, 200, false), std::pair(3, 8));
  EXPECT_EQ(layout_after(4, 15, false), std::pair(3, 4));
  EXPECT_EQ(layout_after(4, 16, false), std::pair(3, 8));  // one colour more
  EXPECT_EQ(layout_after(8, 256, false), std::pair(2, 8));
  EXPECT_EQ(layout_after(8, 256, true), std::pair(6, 8));
}

TEST(EncodePng, StaysAtFewBitsOfGrayAsLongAsTheyFit) {
  const auto layout_after = [](double gray) {
    Edit edit(samples::Png({.color_type = 0, .bit_depth = 2}), kSomewhere, 0);
    edit.cleaned.pixels(kSomewhere).setTo(gray);
    return Layout(edit.MustEncode());
  };
  EXPECT_EQ(layout_after(170), std::pair(0, 2));
  EXPECT_EQ(layout_after(17), std::pair(0, 4));
  EXPECT_EQ(layout_after(100), std::pair(0, 8));
}

TEST(EncodePng, StaysWithATransparentColourWhereAlphaFollowsIt) {
  const Bytes png = samples::Png({.color_type = 2, .transparency = true});
  EXPECT_EQ(Layout(Edit(png, kSomewhere, 0.5).MustEncode()), std::pair(2, 8));
  EXPECT_EQ(Layout(Edit(png, {0, 0, 2, 2}, 0.5).MustEncode()), std::pair(6, 8));  // the transparent pixel got a colour
}

// Rows above the edit keep their compressed bytes, in every colour type that SpliceRows understands.
TEST(EncodePng, KeepsTheCompressedRowsAboveTheEdit) {
  for (const int color_type : {0, 2, 4, 6}) {
    for (const int bit_depth : {8, 16}) {
      const Bytes png = samples::Png({.width = 200, .height = 300, .color_type = color_type, .bit_depth = bit_depth});
      const Edit edit(png, {30, 260, 40, 7}, 0.5);
      const Bytes after = edit.MustEncode();
      EXPECT_EQ(cv::norm(MustDecode(after).image.pixels, edit.cleaned.pixels, cv::NORM_INF), 0);
      const std::string old_data = AllData(png, "IDAT"), new_data = AllData(after, "IDAT");
      const auto same =
          std::mismatch(old_data.begin(), old_data.end(), new_data.begin(), new_data.end()).first - old_data.begin();
      EXPECT_GT(same, static_cast<std::ptrdiff_t>(old_data.size() * 6 / 10)) << color_type << " " << bit_depth;
    }
  }
}

TEST(EncodePng, KeepsInterlacing) {
  const Bytes after = Edit(samples::Png({.interlaced = true}), kSomewhere, 0.5).MustEncode();
  EXPECT_EQ(after[28], 1);
}

TEST(EncodeWebp, KeepsMetadata) {
  for (const bool lossless : {false, true}) {
    const Bytes webp = samples::Webp({.lossless = lossless, .icc = "profile", .exif = samples::Exif(3), .xmp = "<x/>"});
    const Bytes after = Edit(webp, kSomewhere, 0.5).MustEncode();
    for (const char* type : {"ICCP", "EXIF", "XMP "}) {
      const ByteView data = FindWebpChunk(webp, type), data_after = FindWebpChunk(after, type);
      EXPECT_FALSE(data.empty());
      EXPECT_TRUE(std::equal(data.begin(), data.end(), data_after.begin(), data_after.end()));
    }
    EXPECT_EQ(FindWebpChunk(after, "VP8L").empty(), !lossless);
  }
}

TEST(EncodeWebp, KnowsTheQualityOfTheOriginal) {
  for (const float quality : {20.f, 50.f, 75.f, 90.f, 95.f, 100.f}) {
    const Bytes webp = samples::Webp({.width = 200, .height = 160, .quality = quality});
    EXPECT_NEAR(EstimateWebpQuality(FindWebpChunk(webp, "VP8 ")), quality, 8);
  }
  EXPECT_EQ(EstimateWebpQuality({}), 100);
}

TEST(EncodeWebp, TakesLooseChunks) {
  Bytes webp = samples::Webp({});
  AppendWebpChunk("abcd", Bytes{1, 2, 3}, webp);
  AppendWebpChunk("VP8 ", Bytes{4}, webp);
  webp = WebpFile(ByteView(webp).subspan(12));
  const Bytes after = Edit(webp, kSomewhere, 0.5).MustEncode();
  EXPECT_EQ(FindWebpChunk(after, "abcd").size(), 3u);
  MustDecode(after);
}

TEST(EncodeWebp, KeepsAnAlphaChannelThatIsOpaque) {
  for (const bool lossless : {false, true}) {
    Edit edit(samples::Webp({.lossless = lossless, .alpha = true}), kSomewhere, 0.5);
    for (auto it = edit.cleaned.pixels.begin<cv::Vec4b>(); it != edit.cleaned.pixels.end<cv::Vec4b>(); ++it)
      (*it)[3] = 255;
    EXPECT_TRUE(MustDecode(edit.MustEncode()).image.has_alpha);
  }
}

TEST(EncodePng, CompressesPhotographsAndDrawings) {
  const auto size_of = [](const cv::Mat& pixels) {
    const auto png = WritePng(pixels, {});
    EXPECT_TRUE(png && cv::norm(MustDecode(*png).image.pixels, pixels, cv::NORM_INF) == 0);
    return png->size();
  };
  const cv::Mat photograph = samples::Scene(400, 300, CV_8UC3);
  EXPECT_LT(size_of(photograph), photograph.total() * 3 * 6 / 10);
  cv::Mat drawing(300, 400, CV_8UC3);
  for (int y = 0; y < drawing.rows; ++y) {
    for (int x = 0; x < drawing.cols; ++x)
      drawing.at<cv::Vec3b>(y, x) = cv::Vec3b::all(static_cast<std::uint8_t>(x * x % 53));
  }
  EXPECT_LT(size_of(drawing), drawing.total() * 3 / 50);
}

TEST(Encode, RefusesWhatIsNotTheOriginalsImage) {
  const Edit jpeg(samples::Jpeg({}), kSomewhere, 0.5);
  const auto code = [](const auto& result) { return result ? ErrorCode::kInternal : result.error().code; };
  EXPECT_EQ(code(Encode(jpeg.original, jpeg.cleaned, image::Mask(3, 3, CV_8UC1, 255.0))), ErrorCode::kMaskMismatch);
  EXPECT_EQ(code(Encode(jpeg.original, jpeg.cleaned, image::Mask(jpeg.mask.size(), CV_16UC1, 255.0))),
            ErrorCode::kMaskMismatch);
  EXPECT_EQ(code(Encode(samples::Jpeg({.width = 84}), jpeg.cleaned, jpeg.mask)), ErrorCode::kEngineFailure);
  EXPECT_EQ(code(Encode(samples::Jpeg({.colors = samples::JpegColors::kGray}), jpeg.cleaned, jpeg.mask)),
            ErrorCode::kEngineFailure);
  image::Image odd = jpeg.cleaned;
  odd.has_alpha = true;
  EXPECT_EQ(code(Encode(jpeg.original, odd, jpeg.mask)), ErrorCode::kEngineFailure);
  EXPECT_EQ(code(Encode(Bytes{'G', 'I', 'F'}, jpeg.cleaned, jpeg.mask)), ErrorCode::kUnsupportedFormat);
}

TEST(EncodeMaskPng, WritesBlackAndWhite) {
  image::Mask mask(5, 9, CV_8UC1, 0.0);
  mask(cv::Rect(2, 1, 3, 2)).setTo(7);
  const auto bytes = EncodeMaskPng(mask);
  ASSERT_TRUE(bytes);
  const Decoded decoded = MustDecode(*bytes);
  const cv::Mat expected = mask != 0;
  EXPECT_EQ(cv::norm(decoded.image.pixels, expected, cv::NORM_INF), 0);
  EXPECT_EQ(Layout(*bytes), std::pair(0, 8));
  EXPECT_FALSE(EncodeMaskPng(image::Mask()));
}

}  // namespace
}  // namespace removr::codec
