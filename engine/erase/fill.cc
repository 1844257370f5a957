#include "engine/erase/fill.h"

#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

namespace removr::erase {
namespace {

constexpr double kRadiusPx = 4;  // Telea's epsilon

}  // namespace

cv::Mat Fill(const cv::Mat& rgb, const cv::Mat& hole) {
  const int hole_px = cv::countNonZero(hole);
  if (hole_px == 0 || hole_px == static_cast<int>(hole.total())) return rgb;
  cv::Mat bytes, filled_bytes, filled;
  rgb.convertTo(bytes, CV_8UC3, 255);
  cv::inpaint(bytes, hole, filled_bytes, kRadiusPx, cv::INPAINT_TELEA);
  filled_bytes.convertTo(filled, CV_32FC3, 1 / 255.0);
  cv::Mat result = rgb.clone();
  filled.copyTo(result, hole);
  return result;
}

}  // namespace removr::erase
