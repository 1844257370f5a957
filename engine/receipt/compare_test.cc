#include "engine/receipt/compare.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "engine/codec/decode.h"
#include "engine/codec/encode.h"

namespace removr::receipt {
namespace {

using File = std::vector<std::uint8_t>;
const cv::Rect kPatch(72, 40, 50, 30);

File Photo(const std::string& extension, int quality = 90, int type = CV_8UC3) {
  cv::Mat photo(160, 200, type);
  cv::RNG(5).fill(photo, cv::RNG::UNIFORM, 0, CV_MAT_DEPTH(type) == CV_16U ? 65535 : 255);
  cv::GaussianBlur(photo, photo, {}, 3);
  File file;
  cv::imencode(extension, photo, file,
               extension == ".jpg" ? std::vector<int>{cv::IMWRITE_JPEG_QUALITY, quality} : std::vector<int>{});
  return file;
}

cv::Mat PatchMask() {
  cv::Mat mask = cv::Mat::zeros(160, 200, CV_8U);
  mask(kPatch) = 255;
  return mask;
}

// `file` with other pixels in the patch, written by the codec under test.
File Patched(const File& file) {
  codec::Decoded decoded = codec::Decode(file, {}).value();
  decoded.image.pixels(kPatch).setTo(cv::Scalar::all(9));
  return codec::Encode(file, decoded.image, PatchMask(), {}).value();
}

TEST(MeasureOutside, IsZeroForWhatTheEncoderPromises) {
  for (const char* extension : {".jpg", ".png"}) {
    const File before = Photo(extension);
    const auto outside = MeasureOutside(before, Patched(before), PatchMask(), {});
    ASSERT_TRUE(outside) << outside.error().message;
    EXPECT_EQ(outside->max_difference, 0) << extension;
    EXPECT_EQ(Name(outside->measure), std::string_view(extension) == ".jpg" ? "coefficients" : "values");
  }
}

TEST(MeasureOutside, SeesWhatChangedBesideTheMask) {
  for (const char* extension : {".jpg", ".png"}) {
    const File before = Photo(extension);
    cv::Mat mask = PatchMask();
    mask.colRange(0, 96) = 0;
    EXPECT_GT(MeasureOutside(before, Patched(before), mask, {})->max_difference, 0) << extension;
  }
}

TEST(MeasureOutside, MeasuresInPixelsWhereTheQuantisationIsAnother) {
  const auto outside = MeasureOutside(Photo(".jpg", 90), Photo(".jpg", 60), PatchMask(), {});
  ASSERT_TRUE(outside);
  EXPECT_EQ(outside->measure, Measure::kValues);
  EXPECT_GT(outside->max_difference, 0);
}

TEST(MeasureOutside, MeasuresInEightBitsBetweenLayouts) {
  const auto outside = MeasureOutside(Photo(".png", 0, CV_8UC3), Photo(".png", 0, CV_8UC1), PatchMask(), {});
  ASSERT_TRUE(outside);
  EXPECT_EQ(outside->measure, Measure::kValues8);
}

TEST(MeasureOutside, RefusesAMaskOfAnotherSize) {
  const File png = Photo(".png");
  EXPECT_EQ(MeasureOutside(png, png, cv::Mat::zeros(10, 10, CV_8U), {}).error().code, ErrorCode::kMaskMismatch);
}

TEST(Compare, FindsNothingBetweenAFileAndItself) {
  for (const char* extension : {".jpg", ".png", ".webp"}) {
    const File file = Photo(extension);
    const Comparison same = Compare(file, file, {}).value();
    EXPECT_TRUE(same.same_bytes && same.same_layout && same.parts.empty() && same.regions.empty()) << extension;
    EXPECT_TRUE(same.OnlyCompactRegions());
    EXPECT_EQ(same.ChangedFraction(), 0);
  }
}

TEST(Compare, BoxesWhatChanged) {
  const File before = Photo(".png");
  const Comparison patched = Compare(before, Patched(before), {}).value();
  ASSERT_EQ(patched.regions.size(), 1U);
  EXPECT_EQ(patched.regions[0].box, kPatch);
  EXPECT_EQ(patched.pixels_changed, patched.regions[0].pixels);
  EXPECT_TRUE(patched.OnlyCompactRegions());
}

TEST(Compare, CountsBlocksOfAJpeg) {
  const File before = Photo(".jpg");
  const Comparison patched = Compare(before, Patched(before), {}).value();
  ASSERT_TRUE(patched.jpeg);
  EXPECT_TRUE(patched.jpeg->same_frame && patched.jpeg->same_tables);
  EXPECT_GT(patched.jpeg->blocks_changed, 0);
  EXPECT_LT(patched.jpeg->blocks_changed, patched.jpeg->blocks / 4);
  ASSERT_EQ(patched.regions.size(), 1U);
  EXPECT_EQ(patched.regions[0].box & kPatch, kPatch);
  EXPECT_TRUE(patched.OnlyCompactRegions());
}

TEST(Compare, NamesPartsThatDiffer) {
  File with = Photo(".jpg"), without = with;
  const File comment = {0xFF, 0xFE, 0, 6, 't', 'e', 'x', 't'};
  with.insert(with.begin() + 2, comment.begin(), comment.end());
  const Comparison added = Compare(without, with, {}).value();
  ASSERT_EQ(added.parts.size(), 1U);
  EXPECT_EQ(added.parts[0].name, "COM");
  EXPECT_EQ(added.parts[0].what, PartDifference::What::kOnlyAfter);
  EXPECT_FALSE(added.OnlyCompactRegions());
  EXPECT_EQ(Compare(with, without, {})->parts[0].what, PartDifference::What::kOnlyBefore);
  File other = with;
  other[7] = 'T';
  EXPECT_EQ(Compare(with, other, {})->parts[0].what, PartDifference::What::kDiffers);
}

TEST(Compare, DoesNotTakeAnotherQualityForACompactChange) {
  const Comparison again = Compare(Photo(".jpg", 90), Photo(".jpg", 80), {}).value();
  EXPECT_FALSE(again.jpeg->same_tables);
  EXPECT_FALSE(again.OnlyCompactRegions());
}

TEST(Compare, SaysWhereFormatsAndSizesDiffer) {
  const Comparison formats = Compare(Photo(".png"), Photo(".jpg"), {}).value();
  EXPECT_FALSE(formats.OnlyCompactRegions());
  EXPECT_TRUE(formats.same_layout);
  EXPECT_GT(formats.pixels_changed, 0);
  EXPECT_FALSE(Compare(Photo(".png"), Photo(".png", 0, CV_8UC1), {})->same_layout);
}

TEST(Compare, RefusesWhatIsNoImage) {
  const File text = {'t', 'e', 'x', 't'};
  EXPECT_EQ(Compare(Photo(".png"), text, {}).error().code, ErrorCode::kUnsupportedFormat);
}

TEST(DrawChanges, ShowsWhatChangedInRedOnGray) {
  const File before = Photo(".jpg");
  const Comparison patched = Compare(before, Patched(before), {}).value();
  const cv::Mat picture = cv::imdecode(DrawChanges(before, patched, {}).value(), cv::IMREAD_COLOR);
  ASSERT_EQ(picture.size(), cv::Size(200, 160));
  EXPECT_EQ(picture.at<cv::Vec3b>(55, 90), cv::Vec3b(64, 32, 255));
  const auto dim = picture.at<cv::Vec3b>(150, 10);
  EXPECT_TRUE(dim[0] == dim[1] && dim[1] == dim[2] && dim[0] < 128);
}

}  // namespace
}  // namespace removr::receipt
