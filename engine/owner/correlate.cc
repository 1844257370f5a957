#include "engine/owner/correlate.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace removr::owner {
namespace {

constexpr int kCoarse = 4;  // the weights are smooth, and summed over boxes of this side

int TileSide(int picture, int box) {
  constexpr int kLeast = 128, kPerBox = 4;
  int side = kLeast;
  while (side < kPerBox * box && side < 1024) side *= 2;
  while (side < box + 8) side *= 2;
  return std::min(side, cv::getOptimalDFTSize(picture + box));
}

// Sums over kCoarse x kCoarse px.
std::vector<cv::Mat> Coarse(const std::vector<cv::Mat>& planes, double times) {
  std::vector<cv::Mat> coarse;
  for (const cv::Mat& plane : planes) {
    const cv::Size size((plane.cols + kCoarse - 1) / kCoarse, (plane.rows + kCoarse - 1) / kCoarse);
    cv::Mat whole, small;
    cv::copyMakeBorder(plane, whole, 0, size.height * kCoarse - plane.rows, 0, size.width * kCoarse - plane.cols,
                       cv::BORDER_CONSTANT);
    cv::resize(whole, small, size, 0, 0, cv::INTER_AREA);
    coarse.push_back(small * times);
  }
  return coarse;
}

}  // namespace

Correlator::Stack::Stack(const std::vector<cv::Mat>& planes, cv::Size box) : box_(box) {
  const cv::Size size = planes[0].size();
  tile_ = {TileSide(size.width, box.width), TileSide(size.height, box.height)};
  step_ = {tile_.width - box.width + 1, tile_.height - box.height + 1};
  grid_ = {(size.width + step_.width - 1) / step_.width, (size.height + step_.height - 1) / step_.height};
  for (int row = 0; row < grid_.height; ++row) {
    for (int column = 0; column < grid_.width; ++column) {
      // Box and result are aligned so that result (x, y) has the box's centre at (x, y).
      const cv::Rect tile(cv::Point(column * step_.width - box.width / 2, row * step_.height - box.height / 2), tile_);
      const cv::Rect inside = tile & cv::Rect({}, size);
      std::vector<cv::Mat> spectra;
      for (const cv::Mat& plane : planes) {
        cv::Mat part = cv::Mat::zeros(tile_, CV_32F), spectrum;
        if (!inside.empty()) plane(inside).copyTo(part(inside - tile.tl()));
        cv::dft(part, spectrum);
        spectra.push_back(spectrum);
      }
      spectra_.push_back(std::move(spectra));
    }
  }
}

cv::Mat Correlator::Stack::Correlate(const std::vector<cv::Mat>& templates) const {
  std::vector<cv::Mat> spectra;
  for (const cv::Mat& one : templates) {
    cv::Mat part = cv::Mat::zeros(tile_, CV_32F), spectrum;
    one.copyTo(part(cv::Rect({}, one.size())));
    cv::dft(part, spectrum, 0, one.rows);
    spectra.push_back(spectrum);
  }
  cv::Mat result(grid_.height * step_.height, grid_.width * step_.width, CV_32F);
  for (int i = 0; i < grid_.area(); ++i) {
    cv::Mat sum, product, place;
    for (std::size_t p = 0; p < spectra.size(); ++p) {
      cv::mulSpectrums(spectra_[i][p], spectra[p], p == 0 ? sum : product, 0, true);
      if (p > 0) sum += product;
    }
    cv::dft(sum, place, cv::DFT_INVERSE | cv::DFT_REAL_OUTPUT | cv::DFT_SCALE, step_.height);
    const cv::Point at(i % grid_.width * step_.width, i / grid_.width * step_.height);
    place(cv::Rect({}, step_)).copyTo(result(cv::Rect(at, step_)));
  }
  return result;
}

Correlator::Correlator(const std::vector<cv::Mat>& signal, const std::vector<cv::Mat>& weight, cv::Size box)
    : size_(signal[0].size()), signal_(signal, box), weight_(Coarse(weight, 1), box / kCoarse) {}

std::vector<Peak> Correlator::Find(const std::vector<cv::Mat>& signal, const std::vector<cv::Mat>& weight,
                                   double score_min) const {
  const cv::Mat n = signal_.Correlate(signal)(cv::Rect({}, size_));
  cv::Mat q = weight_.Correlate(Coarse(weight, kCoarse * kCoarse));
  q = q(cv::Rect(0, 0, (size_.width + kCoarse - 1) / kCoarse, (size_.height + kCoarse - 1) / kCoarse));
  cv::resize(q, q, {}, kCoarse, kCoarse, cv::INTER_LINEAR);
  q = cv::max(q(cv::Rect({}, size_)), 1e-3);
  cv::Mat root, score, highest;
  cv::sqrt(q, root);
  cv::divide(n, root, score);
  cv::dilate(score, highest, cv::Mat::ones(3, 3, CV_8U));
  std::vector<Peak> peaks;
  for (int y = 0; y < score.rows; ++y) {
    const float* row = score.ptr<float>(y);
    for (int x = 0; x < score.cols; ++x) {
      if (row[x] < score_min || row[x] < highest.at<float>(y, x)) continue;
      peaks.push_back({{static_cast<double>(x), static_cast<double>(y)},
                       n.at<float>(y, x) / static_cast<double>(q.at<float>(y, x)),
                       row[x]});
    }
  }
  return peaks;
}

}  // namespace removr::owner
