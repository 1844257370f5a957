#include "bench/sheet.h"

#include <algorithm>
#include <numeric>
#include <opencv2/imgproc.hpp>

namespace removr::bench {
namespace {

constexpr int kCellWidth = 320, kCellHeight = 240, kLabelHeight = 18, kGap = 4;

// Around everything inside either mask, with a margin, and never so small that the surroundings can't be judged.
cv::Rect Window(const Exhibit& exhibit) {
  const cv::Rect whole({0, 0}, exhibit.input.size());
  const cv::Mat either = (exhibit.true_mask != 0) | (exhibit.found != 0);
  cv::Rect box = cv::boundingRect(either);
  if (box.empty()) return whole;
  const int width = std::max({160, box.width * 5 / 4 + 24, box.height * 5 / 4 * kCellWidth / kCellHeight});
  const int height = std::max({120, box.height * 5 / 4 + 24, width * kCellHeight / kCellWidth});
  const cv::Point middle(box.x + box.width / 2, box.y + box.height / 2);
  box = {middle.x - width / 2, middle.y - height / 2, width, height};
  box.x = std::clamp(box.x, 0, std::max(0, whole.width - width));
  box.y = std::clamp(box.y, 0, std::max(0, whole.height - height));
  return box & whole;
}

cv::Mat Masks(const Exhibit& exhibit) {
  const cv::Mat none = cv::Mat::zeros(exhibit.found.size(), CV_8UC1);
  cv::Mat colored;
  cv::merge(std::vector<cv::Mat>{none, exhibit.true_mask != 0, exhibit.found != 0}, colored);
  return colored;
}

cv::Mat Difference(const Exhibit& exhibit) {
  cv::Mat result, truth;
  exhibit.result.convertTo(result, CV_32F);
  exhibit.truth.convertTo(truth, CV_32F);
  cv::Mat difference;
  cv::Mat((result - truth) * 8 + cv::Scalar::all(128)).convertTo(difference, CV_8U);
  return difference;
}

void Place(const cv::Mat& image, cv::Rect window, cv::Mat cell) {
  const double scale =
      std::min(cell.cols / static_cast<double>(window.width), cell.rows / static_cast<double>(window.height));
  cv::Mat fitted;
  cv::resize(image(window), fitted, {}, scale, scale, scale > 1 ? cv::INTER_NEAREST : cv::INTER_AREA);
  const cv::Rect inside = cv::Rect({0, 0}, fitted.size()) & cv::Rect({0, 0}, cell.size());
  fitted(inside).copyTo(cell(inside));
}

}  // namespace

cv::Mat SheetRow(const Exhibit& exhibit, const std::string& label) {
  const cv::Mat images[] = {exhibit.input, Masks(exhibit), exhibit.result, exhibit.truth, Difference(exhibit)};
  constexpr int kCells = 5;
  cv::Mat row(kCellHeight + kLabelHeight + kGap, kCells * (kCellWidth + kGap), CV_8UC3, cv::Scalar::all(255));
  cv::putText(row, label, {2, kLabelHeight - 5}, cv::FONT_HERSHEY_SIMPLEX, .45, cv::Scalar::all(0), 1, cv::LINE_AA);
  const cv::Rect window = Window(exhibit);
  for (int i = 0; i < kCells; ++i) {
    Place(images[i], window, row({i * (kCellWidth + kGap), kLabelHeight, kCellWidth, kCellHeight}));
  }
  return row;
}

cv::Mat Sheet(const std::vector<cv::Mat>& rows) {
  cv::Mat sheet;
  if (!rows.empty()) cv::vconcat(rows, sheet);
  return sheet;
}

std::vector<int> Worst(const std::vector<Score>& scores, int count) {
  std::vector<int> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int i) { return scores[i].removr.psnr - scores[i].psnr_before; });
  std::vector<int> worst;
  int unseen = 0;
  for (const int i : order) {
    if (static_cast<int>(worst.size()) == count) break;
    if (scores[i].iou == 0 && ++unseen > count / 3) continue;
    worst.push_back(i);
  }
  return worst;
}

}  // namespace removr::bench
