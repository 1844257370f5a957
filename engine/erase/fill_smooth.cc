#include "engine/erase/fill_smooth.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

namespace removr::erase {
namespace {

constexpr int kSweeps = 8;
constexpr float kOverrelaxation = 1.5F;

struct Halved {
  cv::Mat values, known;
};

// The mean of what is known in 2 x 2 px.
Halved Halve(const cv::Mat& values, const cv::Mat& known) {
  const cv::Size size((values.cols + 1) / 2, (values.rows + 1) / 2);
  Halved half{cv::Mat::zeros(size, CV_32FC4), cv::Mat::zeros(size, CV_8U)};
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      cv::Vec4f sum;
      int count = 0;
      for (int j = 2 * y; j < std::min(2 * y + 2, values.rows); ++j)
        for (int i = 2 * x; i < std::min(2 * x + 2, values.cols); ++i)
          if (known.at<std::uint8_t>(j, i) != 0) sum += values.at<cv::Vec4f>(j, i), ++count;
      if (count == 0) continue;
      half.values.at<cv::Vec4f>(y, x) = sum * (1.0F / static_cast<float>(count));
      half.known.at<std::uint8_t>(y, x) = 255;
    }
  return half;
}

// One pixel towards the mean of its neighbours.
void Relax(int x, int y, cv::Mat& values) {
  cv::Vec4f sum;
  int count = 0;
  const auto add = [&](int i, int j) {
    if (i < 0 || j < 0 || i >= values.cols || j >= values.rows) return;
    sum += values.at<cv::Vec4f>(j, i);
    ++count;
  };
  add(x - 1, y), add(x + 1, y), add(x, y - 1), add(x, y + 1);
  auto& value = values.at<cv::Vec4f>(y, x);
  if (count > 0) value += kOverrelaxation * (sum * (1.0F / static_cast<float>(count)) - value);
}

}  // namespace

cv::Mat ContinueSmoothly(const cv::Mat& values, const cv::Mat& known) {
  std::vector<cv::Point> unknown;
  cv::findNonZero(known == 0, unknown);
  if (unknown.empty()) return values.clone();
  if (unknown.size() == known.total()) return cv::Mat::zeros(values.size(), CV_32FC4);
  const Halved half = Halve(values, known);
  const cv::Mat coarse = ContinueSmoothly(half.values, half.known);
  cv::Mat result;
  cv::resize(coarse, result, coarse.size() * 2, 0, 0, cv::INTER_LINEAR);
  result = result(cv::Rect({}, values.size())).clone();
  values.copyTo(result, known);
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (const cv::Point& at : unknown) Relax(at.x, at.y, result);
    std::reverse(unknown.begin(), unknown.end());
  }
  return result;
}

}  // namespace removr::erase
