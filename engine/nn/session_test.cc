#include "engine/nn/session.h"

#include <gtest/gtest.h>

#include <fstream>
#include <opencv2/imgproc.hpp>

#include "engine/nn/parallel.h"

namespace removr::nn {
namespace {

namespace fs = std::filesystem;

#ifdef REMOVR_OPENVINO
constexpr bool kQuantised = true;
#else
constexpr bool kQuantised = false;
#endif

const fs::path kToys = fs::path(REMOVR_SOURCE_DIR) / "engine/nn/testdata";

std::unique_ptr<Session> Restore(int threads = 1) {
  return Session::Create({kToys / "restore.onnx", {"mask", "alpha", "alpha_color"}, threads}).value();
}

cv::Mat Noise(cv::Size size, int seed) {
  cv::Mat image(size, CV_32FC4);
  cv::RNG(seed).fill(image, cv::RNG::UNIFORM, 0, 1);
  return image;
}

fs::path WriteFile(const std::string& name, const std::string& bytes) {
  const fs::path file = fs::path(testing::TempDir()) / name;
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

TEST(Session, GivesThePlanesOfEachOutputInTheOrderAskedFor) {
  const auto planes = Restore()->Run(cv::Mat(32, 64, CV_32FC4, cv::Scalar(.9, .4, .9, 1))).value();
  ASSERT_EQ(planes.size(), 5U);  // mask, alpha, three of alpha_color
  const float expected[] = {1, .5, .5, 0, .5};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(planes[i].size(), cv::Size(64, 32));
    EXPECT_NEAR(planes[i].at<float>(31, 63), expected[i], 1e-6) << i;
  }
}

TEST(Session, TakesOneSizeAfterAnother) {
  const auto session = Restore();
  for (const cv::Size size : {cv::Size(32, 32), cv::Size(96, 64), cv::Size(32, 32)}) {
    EXPECT_EQ(session->Run(Noise(size, 1)).value().front().size(), size);
  }
}

TEST(Session, GivesAValueWithoutExtentAsOnePixel) {
  const auto session = Session::Create({kToys / "locate.onnx", {"score", "region"}, 1}).value();
  const auto planes = session->Run(cv::Mat(64, 64, CV_32FC3, cv::Scalar(1, 0, 1))).value();
  ASSERT_EQ(planes.size(), 2U);
  EXPECT_EQ(planes[0].size(), cv::Size(1, 1));
  EXPECT_EQ(planes[1].size(), cv::Size(16, 16));
  EXPECT_FLOAT_EQ(planes[0].at<float>(0), 1);
}

TEST(Session, GivesTheSameBitsOnAnyNumberOfThreads) {
  const auto one = Restore(1);
  const auto four = Restore(4);
  std::vector<cv::Mat> results(16);
  ASSERT_TRUE(ForEach(16, 4, [&](int i) -> Status {
    ASSIGN_OR_RETURN(auto planes, four->Run(Noise({64, 64}, i)));
    results[i] = planes[4];
    return {};
  }));
  for (int i = 0; i < 16; ++i) {
    const cv::Mat alone = one->Run(Noise({64, 64}, i)).value()[4];
    EXPECT_EQ(cv::norm(alone, results[i], cv::NORM_INF), 0) << i;
  }
}

// The committed networks, without what lies beside them: their matrices are of 16 bits.
fs::path Unquantised(const std::string& name) {
  const fs::path file = fs::path(testing::TempDir()) / ("whole-" + name);
  fs::copy_file(fs::path(REMOVR_SOURCE_DIR) / "models" / name, file, fs::copy_options::overwrite_existing);
  return file;
}

TEST(Session, SaysOnEightBitsNearlyWhatItSaysOnThirtyTwo) {
  const fs::path models = fs::path(REMOVR_SOURCE_DIR) / "models";
  const auto says = [](const fs::path& file, const char* output, const cv::Mat& image) {
    return Session::Create({file, {output}, 1}).value()->Run(image).value().front();
  };
  const auto difference = [&](const std::string& name, const char* output, const cv::Mat& image) {
    const cv::Mat fast = says(models / name, output, image);
    return cv::norm(fast, says(Unquantised(name), output, image), cv::NORM_L1) / static_cast<double>(fast.total());
  };
  const cv::Mat noise = Noise({128, 128}, 1);
  cv::Mat rgb;
  cv::cvtColor(noise, rgb, cv::COLOR_BGRA2BGR);
  for (const double mean : {difference("locate.onnx", "region", rgb), difference("restore.onnx", "mask", noise)}) {
    EXPECT_LT(mean, .02);
    if (kQuantised) {
      EXPECT_GT(mean, 0);  // it is another network that was asked
    }
  }
}

struct BadFile {
  const char* name;
  SessionOptions options;
  ErrorCode code;
};

TEST(Session, SaysWhatIsWrongWithAFile) {
  const std::string garbage(5000, 'x');
  const fs::path large = WriteFile("large.onnx", "x");
  fs::resize_file(large, (64u << 20) + 1);  // sparse
  std::ifstream whole(kToys / "restore.onnx", std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(whole)), {});
  const BadFile cases[] = {
      {"missing", {kToys / "nowhere.onnx", {"mask"}, 1}, ErrorCode::kIo},
      {"a folder", {kToys, {"mask"}, 1}, ErrorCode::kIo},
      {"empty", {WriteFile("empty.onnx", ""), {"mask"}, 1}, ErrorCode::kIo},
      {"too large", {large, {"mask"}, 1}, ErrorCode::kIo},
      {"garbage", {WriteFile("garbage.onnx", garbage), {"mask"}, 1}, ErrorCode::kInternal},
      {"cut off", {WriteFile("cut.onnx", good.substr(0, good.size() / 2)), {"mask"}, 1}, ErrorCode::kInternal},
      {"another network", {kToys / "locate.onnx", {"mask"}, 1}, ErrorCode::kInternal},
  };
  for (const BadFile& c : cases) {
    const auto session = Session::Create(c.options);
    ASSERT_FALSE(session) << c.name;
    EXPECT_EQ(session.error().code, c.code) << c.name;
    EXPECT_NE(session.error().message.find("network "), std::string::npos) << session.error().message;
  }
}

}  // namespace
}  // namespace removr::nn
