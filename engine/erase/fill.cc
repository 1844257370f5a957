#include "engine/erase/fill.h"

#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

namespace removr::erase {
namespace {

constexpr double kRadiusPx = 4;  // of the neighbourhood that each pixel is made from
constexpr int kSmearPx =
    2;  // next to a hole, colours are the overlay's as well (chroma subsampling): they are no source

}  // namespace

cv::Mat Fill(const cv::Mat& rgb, const cv::Mat& hole) {
  const int hole_px = cv::countNonZero(hole);
  if (hole_px == 0 || hole_px == static_cast<int>(hole.total())) return rgb;
  cv::Mat bytes, filled_bytes, filled, smeared;
  rgb.convertTo(bytes, CV_8UC3, 255);
  cv::dilate(hole, smeared, cv::Mat::ones(2 * kSmearPx + 1, 2 * kSmearPx + 1, CV_8U));
  const bool room = cv::countNonZero(smeared) < static_cast<int>(smeared.total());
  cv::inpaint(bytes, room ? smeared : hole, filled_bytes, kRadiusPx, cv::INPAINT_NS);
  filled_bytes.convertTo(filled, CV_32FC3, 1 / 255.0);
  cv::Mat result = rgb.clone();
  filled.copyTo(result, hole);
  return result;
}

}  // namespace removr::erase
