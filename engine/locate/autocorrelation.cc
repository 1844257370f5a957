#include "engine/locate/autocorrelation.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/locate/smooth.h"

namespace removr::locate {
namespace {

constexpr double kReach = .62;  // of the image's side: farther moves leave too little to compare
constexpr int kSharpPx = 7;     // how near the surroundings are that a peak must stand out of

// Zero mean, unit variance.
cv::Mat Standard(const cv::Mat& plane) {
  cv::Scalar mean, deviation;
  cv::meanStdDev(plane, mean, deviation);
  return (plane - mean[0]) / (deviation[0] + 1e-6);
}

cv::Mat LocalContrast(const cv::Mat& luma) {
  const cv::Mat detail = luma - Smooth(luma, 4);
  cv::Mat deviation;
  cv::sqrt(cv::max(Smooth(detail.mul(detail), 12), 0), deviation);
  const cv::Mat even = detail / (deviation + .01);
  return Standard(cv::min(cv::max(even, -2), 2));
}

cv::Mat Edges(const cv::Mat& luma) {
  cv::Mat across, down, magnitude;
  cv::Sobel(luma, across, CV_32F, 1, 0);
  cv::Sobel(luma, down, CV_32F, 0, 1);
  cv::magnitude(across, down, magnitude);
  const cv::Mat even = cv::min(magnitude / (Smooth(magnitude, 8) + .02), 3);
  return Standard(even - Smooth(even, 8));
}

// The mean of both signals' autocorrelations: they travel as the real and the imaginary part of one signal.
cv::Mat Correlate(const cv::Mat& first, const cv::Mat& second, int x_max, int y_max) {
  const cv::Size size = first.size();
  cv::Mat signal =
      cv::Mat::zeros(cv::getOptimalDFTSize(size.height + y_max), cv::getOptimalDFTSize(size.width + x_max), CV_32FC2);
  cv::Mat corner = signal(cv::Rect({}, size));
  cv::merge(std::vector<cv::Mat>{first, second}, corner);
  cv::dft(signal, signal, 0, size.height);
  cv::mulSpectrums(signal, signal, signal, 0, true);
  cv::dft(signal, signal, cv::DFT_INVERSE | cv::DFT_SCALE);
  cv::Mat value(y_max + 1, 2 * x_max + 1, CV_32F);
  for (int y = 0; y <= y_max; ++y) {
    for (int x = -x_max; x <= x_max; ++x) {
      const double compared = 2.0 * (size.height - y) * (size.width - std::abs(x));
      const cv::Vec2f sum = signal.at<cv::Vec2f>(y, (x + signal.cols) % signal.cols);
      value.at<float>(y, x + x_max) = static_cast<float>(sum[0] / compared);
    }
  }
  return value;
}

// The map, moved; what comes in from outside is its border.
cv::Mat Moved(const cv::Mat& plane, cv::Point by) {
  cv::Mat padded;
  cv::copyMakeBorder(plane, padded, kSharpPx, kSharpPx, kSharpPx, kSharpPx, cv::BORDER_REPLICATE);
  return padded(cv::Rect(cv::Point(kSharpPx, kSharpPx) + by, plane.size()));
}

float Median(const cv::Mat& plane) {
  std::vector<float> values(plane.begin<float>(), plane.end<float>());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

cv::Mat Sharpness(const cv::Mat& value, cv::Size image, int x_max) {
  cv::Mat surroundings(value.size(), CV_32F, cv::Scalar(-1e9));
  for (const cv::Point by : {cv::Point(7, 0), {0, 7}, {5, 5}, {-5, 5}, {6, 3}, {3, 6}, {-6, 3}, {-3, 6}})
    surroundings = cv::max(surroundings, (Moved(value, by) + Moved(value, -by)) / 2);
  cv::Mat above = value - surroundings;
  for (int y = 0; y < above.rows; ++y) {  // the noise of a mean falls with the root of the count
    for (int x = 0; x < above.cols; ++x) {
      const double compared = static_cast<double>(image.height - y) * (image.width - std::abs(x - x_max));
      above.at<float>(y, x) *= static_cast<float>(std::sqrt(compared));
    }
  }
  above -= Median(above);
  return above / (1.4826F * Median(cv::abs(above)) + 1e-9F);
}

}  // namespace

Autocorrelation Autocorrelate(const cv::Mat& luma) {
  Autocorrelation result;
  result.x_max = static_cast<int>(luma.cols * kReach);
  result.y_max = static_cast<int>(luma.rows * kReach);
  result.value = Correlate(LocalContrast(luma), Edges(luma), result.x_max, result.y_max);
  result.sharpness = Sharpness(result.value, luma.size(), result.x_max);
  return result;
}

}  // namespace removr::locate
