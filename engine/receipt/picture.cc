// The picture of a comparison.
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "engine/codec/convert.h"
#include "engine/codec/decode.h"
#include "engine/receipt/compare.h"

namespace removr::receipt {
namespace {

const cv::Scalar kChanged(255, 32, 64), kFrame(255, 208, 0);  // R, G, B
constexpr std::size_t kFramesMax = 200;                       // more would hide the picture

// 8-bit RGB: gray, at 45 % of its brightness.
cv::Mat Dimmed(const image::Image& image) {
  constexpr int kBandRows = 64;
  cv::Mat dimmed(image.pixels.size(), CV_8UC3);
  for (int y = 0; y < dimmed.rows; y += kBandRows) {
    const cv::Rect band(0, y, dimmed.cols, std::min(kBandRows, dimmed.rows - y));
    cv::Mat gray, rgb;
    cv::cvtColor(image::ReadRgb(image, band), gray, cv::COLOR_RGB2GRAY);
    cv::cvtColor(gray, rgb, cv::COLOR_GRAY2RGB);
    rgb.convertTo(dimmed(band), CV_8UC3, .45 * 255);
  }
  return dimmed;
}

}  // namespace

Result<std::vector<std::uint8_t>> DrawChanges(Bytes before, const Comparison& comparison, const Limits& limits) {
  ASSIGN_OR_RETURN(const codec::Decoded decoded, codec::Decode(before, limits));
  image::Image picture{Dimmed(image::ToUpright(decoded.image)), image::ColorModel::kRgb, false, 1};
  const int line = std::max(1, cvRound(std::sqrt(static_cast<double>(picture.pixels.total())) / 500));  // px
  if (comparison.changed.size() == picture.pixels.size()) picture.pixels.setTo(kChanged, comparison.changed);
  for (std::size_t i = 0; i < std::min(comparison.regions.size(), kFramesMax); ++i) {
    const cv::Rect box = comparison.regions[i].box;
    cv::rectangle(picture.pixels, box.tl() - cv::Point(2 * line, 2 * line), box.br() + cv::Point(line, line), kFrame,
                  line);
  }
  return codec::WritePngFile(picture, {});
}

}  // namespace removr::receipt
