#include "bench/metrics.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::bench {
namespace {

// The mean over side x side px of those pixels that lie inside the mask.
cv::Mat MeanInside(const cv::Mat& image, const cv::Mat& inside_f, int side) {
  cv::Mat weighted, weights, three;
  cv::merge(std::vector<cv::Mat>(3, inside_f), three);
  cv::boxFilter(image.mul(three), weighted, -1, {side, side});
  cv::boxFilter(three, weights, -1, {side, side});
  return weighted / cv::max(weights, 1e-6);
}

// Twice the largest distance from inside the mask to its outside: a band's height, a letter's stroke.
double Thickness(const cv::Mat& mask) {
  cv::Mat framed, distance;
  cv::copyMakeBorder(mask, framed, 1, 1, 1, 1, cv::BORDER_CONSTANT, 0);
  cv::distanceTransform(framed != 0, distance, cv::DIST_L2, 3);
  double farthest = 0;
  cv::minMaxLoc(distance, nullptr, &farthest);
  return 2 * farthest;
}

// 255 where a pixel lies a quarter of the way, or more, from 0 to the one of `mark`, and by eight levels.
cv::Mat LiesTowards(const cv::Mat& left, const cv::Mat& mark) {
  const double eight_levels = 8 * std::sqrt(3.);  // in each channel
  cv::Mat lies(left.size(), CV_8U);
  for (int y = 0; y < left.rows; ++y) {
    for (int x = 0; x < left.cols; ++x) {
      const cv::Vec3f m = mark.at<cv::Vec3f>(y, x);
      const double length = cv::norm(m), along = left.at<cv::Vec3f>(y, x).dot(m) / std::max(1e-6, length);
      lies.at<unsigned char>(y, x) = along >= .25 * length && along >= eight_levels ? 255 : 0;
    }
  }
  return lies;
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
  const int fine = 5, coarse = std::max(fine, cvRound(Thickness(mask) / 2) | 1);
  cv::Mat seen = mask != 0;
  for (const int side : {fine, coarse}) {
    seen &= LiesTowards(MeanInside(left, inside, side), MeanInside(mark, inside, side));
  }
  return cv::countNonZero(seen) / static_cast<double>(std::max(1, cv::countNonZero(mask)));
}

}  // namespace removr::bench
