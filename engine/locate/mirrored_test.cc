#include "engine/locate/mirrored.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <utility>
#include <vector>

namespace removr::locate {
namespace {

using See = std::function<cv::Mat(const cv::Mat&)>;

// Says what `see` says of each image, and counts.
class Eye : public nn::Session {
 public:
  Eye(See see, int& asked) : see_(std::move(see)), asked_(asked) {}
  Result<std::vector<cv::Mat>> Run(const cv::Mat& image) const override {
    ++asked_;
    return std::vector<cv::Mat>{see_(image), cv::Mat(2, 3, CV_32F, cv::Scalar(.1F * asked_))};
  }

 private:
  See see_;
  int& asked_;
};

// A cell is the red of its first pixel.
cv::Mat Red(const cv::Mat& image) {
  cv::Mat region(image.rows / 4, image.cols / 4, CV_32F);
  for (int y = 0; y < region.rows; ++y) {
    for (int x = 0; x < region.cols; ++x) region.at<float>(y, x) = image.at<cv::Vec3f>(4 * y, 4 * x)[0];
  }
  return region;
}

// Each cell of one colour.
cv::Mat Image(const cv::Mat_<float>& cells) {
  cv::Mat image(cells.rows * 4, cells.cols * 4, CV_32FC3);
  for (int y = 0; y < image.rows; ++y) {
    for (int x = 0; x < image.cols; ++x) image.at<cv::Vec3f>(y, x) = cv::Vec3f::all(cells(y / 4, x / 4));
  }
  return image;
}

TEST(Mirrored, KeepsWhatBothShowWhereItIs) {
  int asked = 0;
  const cv::Mat_<float> cells({2, 3}, {.9F, .5F, 0.0F, .1F, .2F, .3F});
  const auto planes = Mirrored(std::make_unique<Eye>(Red, asked))->Run(Image(cells)).value();
  EXPECT_EQ(asked, 2);
  EXPECT_LT(cv::norm(planes[0], cells, cv::NORM_INF), 1e-6);
  EXPECT_FLOAT_EQ(planes[1].at<float>(0, 0), .1F) << "the kinds are the plain image's";
}

TEST(Mirrored, DropsWhatOneAloneShows) {
  int asked = 0;
  const See left = [](const cv::Mat&) { return cv::Mat(cv::Mat_<float>({1, 3}, {.9F, .4F, 0.0F})); };
  const auto planes = Mirrored(std::make_unique<Eye>(left, asked))->Run(Image(cv::Mat_<float>(1, 3, .5F))).value();
  EXPECT_EQ(planes[0].at<float>(0, 0), 0);
  EXPECT_FLOAT_EQ(planes[0].at<float>(0, 1), .4F);
  EXPECT_EQ(planes[0].at<float>(0, 2), 0);
}

TEST(Mirrored, AsksOnceWhereNothingShows) {
  int asked = 0;
  const auto planes = Mirrored(std::make_unique<Eye>(Red, asked))->Run(Image(cv::Mat_<float>(2, 3, .03F))).value();
  EXPECT_EQ(asked, 1);
  EXPECT_FLOAT_EQ(planes[0].at<float>(1, 2), .03F);
}

}  // namespace
}  // namespace removr::locate
