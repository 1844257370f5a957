#include "engine/erase/erase.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "engine/erase/fill.h"
#include "engine/erase/matte.h"
#include "engine/erase/unblend.h"
#include "engine/nn/tiles.h"

namespace removr::erase {
namespace {

constexpr float kStroke = .5F;    // probability from which a pixel is a stroke
constexpr float kVisible = .03F;  // opacity below which an overlay does not show
constexpr int kHaloPx = 32;       // what a fill may look at around its piece
constexpr nn::Tiling kPieces{.tile_px = 2048, .overlap_px = 0, .multiple_px = 1, .shrink = 1};

// The pixels of a piece that change.
cv::Mat Strokes(const Matte& matte, const cv::Rect& part) {
  return (AtNative(matte, matte.mask, part) > kStroke) & (AtNative(matte, matte.alpha, part) > kVisible);
}

float MedianOpacity(const cv::Mat& alpha, const cv::Mat& mask) {
  std::vector<float> values;
  for (int y = 0; y < alpha.rows; ++y) {
    for (int x = 0; x < alpha.cols; ++x) {
      if (mask.at<std::uint8_t>(y, x) != 0) values.push_back(alpha.at<float>(y, x));
    }
  }
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// One piece of a finding, in `erased.image`.
void ErasePiece(const Matte& matte, const cv::Rect& piece, Erased& erased) {
  const cv::Rect window =
      cv::Rect(piece.x - kHaloPx, piece.y - kHaloPx, piece.width + 2 * kHaloPx, piece.height + 2 * kHaloPx) &
      matte.area;
  const cv::Mat alpha = AtNative(matte, matte.alpha, window);
  const cv::Mat strokes = Strokes(matte, window);
  const cv::Mat rgb = image::ReadRgb(erased.image, window);
  cv::Mat below = rgb.clone();
  Unblend(rgb, alpha, AtNative(matte, matte.alpha_color, window)).copyTo(below, strokes);
  below = Fill(below, strokes & (alpha > kOpaque));

  const cv::Rect inner = piece - window.tl();
  image::WriteRgb(erased.image, piece, below(inner).clone(), strokes(inner).clone());
  erased.mask(piece).setTo(255, strokes(inner));
}

}  // namespace

Result<std::unique_ptr<Eraser>> Eraser::Create(const std::filesystem::path& network, int threads) {
  ASSIGN_OR_RETURN(auto session, nn::Session::Create({network, {"mask", "alpha", "alpha_color"}, threads}));
  return std::unique_ptr<Eraser>(new Eraser(std::move(session), threads));
}

Result<Erased> Eraser::Erase(const image::Image& upright, const image::Findings& findings) const {
  Erased erased{upright, cv::Mat::zeros(upright.pixels.size(), CV_8U), {}};
  if (findings.empty()) return erased;
  erased.image.pixels = upright.pixels.clone();
  for (const image::Finding& finding : findings) {
    ASSIGN_OR_RETURN(const Matte matte, PredictMatte(*session_, threads_, erased.image, finding));
    const cv::Mat strokes = (matte.mask > kStroke) & (matte.alpha > kVisible);
    if (cv::countNonZero(strokes) == 0) continue;
    for (const cv::Rect& piece : nn::Cover(matte.area.size(), kPieces))
      ErasePiece(matte, piece + matte.area.tl(), erased);
    erased.findings.push_back(finding);
    erased.findings.back().opacity = MedianOpacity(matte.alpha, strokes);
  }
  return erased;
}

}  // namespace removr::erase
