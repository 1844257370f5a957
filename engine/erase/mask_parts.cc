#include "engine/erase/mask_parts.h"

#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

constexpr int kCellPx = 8;  // two cells that touch are less than 16 px apart
constexpr int kPartsMax = 64;

// One pixel for each square of `cell_px`: not 0 where any of the mask's is.
cv::Mat Cells(const image::Mask& mask, int cell_px) {
  cv::Mat cells = cv::Mat::zeros((mask.rows + cell_px - 1) / cell_px, (mask.cols + cell_px - 1) / cell_px, CV_8U);
  for (int y = 0; y < mask.rows; ++y) {
    const std::uint8_t* row = mask.ptr(y);
    std::uint8_t* out = cells.ptr(y / cell_px);
    for (int x = 0; x < mask.cols; ++x) out[x / cell_px] |= row[x];
  }
  return cells;
}

struct Labels {
  cv::Mat of_cells;  // CV_32S, 0 where nothing is painted
  int count = 0;     // with 0
  int cell_px = kCellPx;
};

Labels Label(const image::Mask& mask) {
  Labels labels;
  for (;; labels.cell_px *= 2) {
    const cv::Mat cells = Cells(mask, labels.cell_px) != 0;
    labels.count = cv::connectedComponents(cells, labels.of_cells, 8, CV_32S);
    if (labels.count <= kPartsMax + 1) return labels;
  }
}

image::Finding Part(const image::Mask& mask, const cv::Mat& cells, int cell_px) {
  const cv::Rect covered = cv::boundingRect(cells);
  const cv::Rect whole({}, mask.size());
  const cv::Rect coarse =
      cv::Rect(covered.tl() * cell_px, cv::Size(covered.width * cell_px, covered.height * cell_px)) & whole;
  cv::Mat own;  // the cells at the mask's size
  cv::resize(cells(covered), own, cv::Size(covered.width * cell_px, covered.height * cell_px), 0, 0, cv::INTER_NEAREST);
  const cv::Mat painted = (mask(coarse) != 0) & own(cv::Rect({}, coarse.size()));
  const cv::Rect tight = cv::boundingRect(painted);
  image::Finding part;
  part.box = tight + coarse.tl();
  part.confidence = 1;
  part.region = painted(tight).clone();
  return part;
}

}  // namespace

image::Findings MaskParts(const image::Mask& mask) {
  const Labels labels = Label(mask);
  image::Findings parts;
  for (int label = 1; label < labels.count; ++label)
    parts.push_back(Part(mask, labels.of_cells == label, labels.cell_px));
  return parts;
}

}  // namespace removr::erase
