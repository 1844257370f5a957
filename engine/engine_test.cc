#include "engine/engine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace removr::engine {
namespace {

namespace fs = std::filesystem;

// The toy networks: they take half magenta over gray for a logo, and take it off (engine/nn/testdata/make_toys.py).
const fs::path kToys = fs::path(REMOVR_SOURCE_DIR) / "engine/nn/testdata";
const cv::Rect kMark(236, 180, 64, 40);  // near a corner, where marks are

std::unique_ptr<Engine> Toy(int threads = 1) {
  Config config;
  config.models = kToys;
  config.threads = threads;
  return Engine::Create(std::move(config)).value();
}

cv::Mat Photo() {
  cv::Mat photo(240, 320, CV_8UC1);
  cv::RNG(7).fill(photo, cv::RNG::UNIFORM, 20, 200);
  cv::GaussianBlur(photo, photo, {}, 4);
  cv::cvtColor(photo, photo, cv::COLOR_GRAY2BGR);
  return photo;
}

cv::Mat Marked(cv::Mat photo, const cv::Rect& mark = kMark) {
  cv::Mat part = photo(mark);
  cv::addWeighted(part, .5, cv::Mat(mark.size(), CV_8UC3, cv::Scalar(255, 0, 255)), .5, 0, part);
  return photo;
}

Bytes File(const cv::Mat& bgr, const std::string& extension) {
  Bytes bytes;
  cv::imencode(extension, bgr, bytes,
               extension == ".jpg" ? std::vector<int>{cv::IMWRITE_JPEG_QUALITY, 95} : std::vector<int>{});
  return bytes;
}

cv::Mat Pixels(const Bytes& bytes) { return cv::imdecode(bytes, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION); }

// `jpeg` with an APP1 that holds nothing but this orientation (EXIF 2.32, 4.5.2).
Bytes WithOrientation(Bytes jpeg, std::uint8_t orientation) {
  const Bytes app1 = {0xFF, 0xE1, 0,    34,   'E', 'x', 'i', 'f', 0, 0, 'M', 'M',         0, 42, 0, 0, 0, 8,
                      0,    1,    0x01, 0x12, 0,   3,   0,   0,   0, 1, 0,   orientation, 0, 0,  0, 0, 0, 0};
  jpeg.insert(jpeg.begin() + 2, app1.begin(), app1.end());
  return jpeg;
}

TEST(Engine, TakesAMarkOffAPngAndLeavesEveryOtherPixel) {
  const Outcome outcome = Toy()->Clean(File(Marked(Photo()), ".png"), {.want_mask = true}).value();
  EXPECT_EQ(outcome.report.verdict, Verdict::kClean);
  EXPECT_EQ(outcome.report.format, Format::kPng);
  EXPECT_EQ(outcome.report.width, 320);
  EXPECT_EQ(outcome.report.height, 240);
  ASSERT_EQ(outcome.report.findings.size(), 1U);
  EXPECT_EQ(outcome.report.findings[0].kind, image::Kind::kLogo);
  EXPECT_EQ(outcome.report.findings[0].box & kMark, kMark);
  EXPECT_NEAR(outcome.report.changed_fraction, kMark.area() / (320.0 * 240), 1e-9);
  const cv::Mat cleaned = Pixels(outcome.bytes);
  EXPECT_LE(cv::norm(cleaned, Photo(), cv::NORM_INF), 8);
  cv::Mat outside(cleaned.size(), CV_8U, cv::Scalar(255));
  outside(kMark) = 0;
  EXPECT_EQ(cv::norm(cleaned, Photo(), cv::NORM_INF, outside), 0);
  const cv::Mat mask = cv::imdecode(outcome.mask_png, cv::IMREAD_GRAYSCALE);
  EXPECT_EQ(cv::norm(mask, ~outside, cv::NORM_INF), 0);
}

TEST(Engine, TakesAMarkOffAJpegAndAWebp) {
  for (const char* extension : {".jpg", ".webp"}) {
    const Outcome outcome = Toy()->Clean(File(Marked(Photo()), extension), {}).value();
    ASSERT_EQ(outcome.report.findings.size(), 1U) << extension;
    EXPECT_TRUE(outcome.mask_png.empty());
    const cv::Mat cleaned = Pixels(outcome.bytes);
    EXPECT_LT(cv::norm(cleaned(kMark), Photo()(kMark), cv::NORM_L1) / (3 * kMark.area()), 6) << extension;
  }
}

TEST(Engine, GivesBackTheOriginalsBytesWhereNothingIsFound) {
  for (const char* extension : {".png", ".jpg", ".webp"}) {
    const Bytes original = File(Photo(), extension);
    const Outcome outcome = Toy()->Clean(original, {.want_mask = true}).value();
    EXPECT_EQ(outcome.report.verdict, Verdict::kNoOverlayFound);
    EXPECT_EQ(outcome.bytes, original) << extension;
    EXPECT_EQ(outcome.report.changed_fraction, 0);
    EXPECT_EQ(cv::countNonZero(cv::imdecode(outcome.mask_png, cv::IMREAD_GRAYSCALE)), 0);
  }
}

TEST(Engine, ReportsInUprightCoordinatesAndKeepsTheStoredOrientation) {
  const Bytes upright = File(Marked(Photo()), ".jpg");
  const Outcome outcome =
      Toy()->Clean(WithOrientation(upright, 6), {.want_mask = true}).value();  // stored lies on its side
  EXPECT_EQ(outcome.report.width, 240);
  EXPECT_EQ(outcome.report.height, 320);
  ASSERT_EQ(outcome.report.findings.size(), 1U);
  const cv::Rect turned(240 - kMark.br().y, kMark.x, kMark.height, kMark.width);
  EXPECT_GT((outcome.report.findings[0].box & turned).area(), turned.area() * 9 / 10);
  EXPECT_EQ(cv::imdecode(outcome.mask_png, cv::IMREAD_GRAYSCALE).size(), cv::Size(240, 320));
  const cv::Mat cleaned = Pixels(outcome.bytes);
  ASSERT_EQ(cleaned.size(), Photo().size());
  EXPECT_LT(cv::norm(cleaned(kMark), Photo()(kMark), cv::NORM_L1) / (3 * kMark.area()), 6);
}

TEST(Engine, DetectSaysWhatCleanWouldChangeAndChangesNothing) {
  const Bytes original = File(Marked(Photo()), ".jpg");
  const Outcome cleaned = Toy()->Clean(original, {.want_mask = true}).value();
  const Outcome detected = Toy()->Detect(original, {.want_mask = true}).value();
  EXPECT_TRUE(detected.bytes.empty());
  EXPECT_EQ(detected.report.verdict, Verdict::kResidual);
  EXPECT_EQ(detected.mask_png, cleaned.mask_png);
  EXPECT_EQ(detected.report.findings.size(), cleaned.report.findings.size());
  EXPECT_EQ(detected.report.changed_fraction, cleaned.report.changed_fraction);
}

TEST(Engine, GivesTheSameBytesOnAnyNumberOfThreads) {
  cv::Mat large;
  cv::resize(Photo(), large, {1900, 1300});
  const Bytes original = File(Marked(large, {1200, 800, 400, 200}), ".png");
  const Bytes one = Toy(1)->Clean(original, {}).value().bytes;
  EXPECT_NE(one, original);
  EXPECT_EQ(Toy(3)->Clean(original, {}).value().bytes, one);
}

TEST(Engine, MeasuresItsStagesWithTheClockItIsGiven) {
  Config config;
  config.models = kToys;
  config.now = [ticks = std::make_shared<int>(0)] { return std::chrono::milliseconds(++*ticks); };
  const auto times =
      Engine::Create(std::move(config)).value()->Clean(File(Marked(Photo()), ".png"), {}).value().report.times;
  EXPECT_EQ(times.decode, 1);
  EXPECT_EQ(times.locate, 1);
  EXPECT_EQ(times.erase, 1);
  EXPECT_EQ(times.verify, 1);
  EXPECT_EQ(times.encode, 1);
}

struct BadInput {
  const char* name;
  Bytes bytes;
  ErrorCode code;
};

TEST(Engine, SaysWhatIsWrongWithAnInput) {
  Bytes cut = File(Photo(), ".png");
  cut.resize(cut.size() / 2);
  const BadInput cases[] = {
      {"empty", {}, ErrorCode::kUnsupportedFormat},
      {"text", {'h', 'e', 'l', 'l', 'o'}, ErrorCode::kUnsupportedFormat},
      {"cut off", cut, ErrorCode::kCorruptImage},
  };
  for (const BadInput& c : cases) {
    const auto outcome = Toy()->Clean(c.bytes, {});
    ASSERT_FALSE(outcome) << c.name;
    EXPECT_EQ(outcome.error().code, c.code) << c.name;
    EXPECT_FALSE(Toy()->Detect(c.bytes, {})) << c.name;
  }
  Config small;
  small.models = kToys;
  small.limits.pixels_max = 1000;
  EXPECT_EQ(Engine::Create(small).value()->Clean(File(Photo(), ".png"), {}).error().code, ErrorCode::kTooManyPixels);
}

TEST(Engine, IsNotMadeWithoutItsNetworks) {
  Config config;
  config.models = "nowhere";
  EXPECT_EQ(Engine::Create(config).error().code, ErrorCode::kIo);
  config.models = fs::path(testing::TempDir()) / "broken_networks";
  fs::create_directories(config.models);
  for (const char* name : {"locate.onnx", "restore.onnx", "judge.onnx"})
    std::ofstream(config.models / name) << "garbage";
  EXPECT_EQ(Engine::Create(config).error().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace removr::engine
