#include "bench/metrics.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::bench {
namespace {

// The mean over 5 x 5 px of those pixels that lie inside the mask.
cv::Mat MeanInside(const cv::Mat& image, const cv::Mat& inside_f) {
  cv::Mat weighted, weights, three;
  cv::merge(std::vector<cv::Mat>(3, inside_f), three);
  cv::boxFilter(image.mul(three), weighted, -1, {5, 5});
  cv::boxFilter(three, weights, -1, {5, 5});
  return weighted / cv::max(weights, 1e-6);
}

}  // namespace

double Rmse(const cv::Mat& a, const cv::Mat& b, const cv::Mat& inside) {
  const int count = cv::countNonZero(inside);
  if (count == 0) return 0;
  return cv::norm(a, b, cv::NORM_L2, inside) / std::sqrt(3. * count);
}

double Psnr(const cv::Mat& a, const cv::Mat& b, const cv::Mat& inside) {
  const double rmse = Rmse(a, b, inside);
  return rmse <= 0 ? kPsnrMax : std::min(kPsnrMax, 20 * std::log10(255 / rmse));
}

Overlap Compare(const cv::Mat& found, const cv::Mat& truth) {
  const cv::Mat f = found != 0, t = truth != 0;
  const double both = cv::countNonZero(f & t), sum = cv::countNonZero(f) + cv::countNonZero(t);
  if (sum == 0) return {};
  const int in_truth = cv::countNonZero(t);
  return {both / (sum - both), 2 * both / sum, in_truth > 0 ? both / in_truth : 1};
}

double MeanGradient(const cv::Mat& image, const cv::Mat& inside) {
  cv::Mat luma, dx, dy, magnitude;
  cv::cvtColor(image, luma, cv::COLOR_BGR2GRAY);
  cv::Sobel(luma, dx, CV_32F, 1, 0);
  cv::Sobel(luma, dy, CV_32F, 0, 1);
  cv::magnitude(dx, dy, magnitude);
  return cv::mean(magnitude, inside)[0];
}

int LargestDifference(const cv::Mat& a, const cv::Mat& b, const cv::Mat& outside_of) {
  return static_cast<int>(cv::norm(a, b, cv::NORM_INF, outside_of == 0));
}

cv::Mat GrownToBlocks(const cv::Mat& mask, int block_px) {
  cv::Mat grown = cv::Mat::zeros(mask.size(), CV_8UC1);
  for (int y = 0; y < mask.rows; y += block_px) {
    for (int x = 0; x < mask.cols; x += block_px) {
      const cv::Rect block = cv::Rect(x, y, block_px, block_px) & cv::Rect({0, 0}, mask.size());
      if (cv::countNonZero(mask(block)) > 0) grown(block) = 255;
    }
  }
  cv::dilate(grown, grown, {});
  return grown;
}

double VisibleRest(const cv::Mat& result, const cv::Mat& marked, const cv::Mat& truth, const cv::Mat& mask) {
  cv::Mat inside, left, mark;
  cv::Mat(mask != 0).convertTo(inside, CV_32F, 1 / 255.);
  cv::subtract(result, truth, left, {}, CV_32F);
  cv::subtract(marked, truth, mark, {}, CV_32F);
  left = MeanInside(left, inside);
  mark = MeanInside(mark, inside);
  int seen = 0, all = 0;
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      if (mask.at<unsigned char>(y, x) == 0) continue;
      ++all;
      const cv::Vec3f m = mark.at<cv::Vec3f>(y, x);
      const double length = cv::norm(m), along = left.at<cv::Vec3f>(y, x).dot(m) / std::max(1e-6, length);
      // Lengths over three channels: eight levels in each.
      seen += along >= .25 * length && along >= 8 * std::sqrt(3.);
    }
  }
  return all == 0 ? 0 : static_cast<double>(seen) / all;
}

}  // namespace removr::bench
