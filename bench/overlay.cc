#include "bench/overlay.h"

#include <array>

#include "bench/overlay_layers.h"

namespace removr::bench {
namespace {

constexpr double kVisible = .03;  // what the eye begins to see: docs/quality.md, "Definitions"

// Porter and Duff's `over` (1984): the layer on top of what is there.
void Put(const Layer& layer, Overlay& overlay) {
  for (int y = 0; y < overlay.opacity.rows; ++y) {
    const auto* coverage = layer.coverage.ptr<float>(y);
    auto* opacity = overlay.opacity.ptr<float>(y);
    auto* color = overlay.premultiplied.ptr<cv::Vec3f>(y);
    for (int x = 0; x < overlay.opacity.cols; ++x) {
      const float a = coverage[x] * static_cast<float>(layer.opacity);
      if (a <= 0) continue;
      color[x] = color[x] * (1 - a) + layer.color * a;
      opacity[x] += a * (1 - opacity[x]);
    }
  }
}

}  // namespace

std::string_view Name(Kind kind) {
  constexpr std::array<std::string_view, kKindCount> kNames = {
      "translucent text", "tiled text", "translucent logo", "solid logo", "caption", "band", "camera stamp"};
  return kNames[static_cast<int>(kind)];
}

Range SizeRange(Kind kind) {
  switch (kind) {
    case Kind::kTiledText: return {.05, .35};
    case Kind::kCaption: return {.06, .6};
    case Kind::kBand: return {.06, .6};
    case Kind::kStamp: return {.05, .3};
    default: return {.02, .6};
  }
}

Range OpacityRange(Kind kind) {
  if (IsTranslucent(kind)) return {.15, .8};
  return kind == Kind::kBand ? Range{.4, 1} : Range{.85, 1};
}

cv::Mat Overlay::TrueMask() const { return opacity > kVisible; }

cv::Mat Overlay::Over(const cv::Mat& clean) const {
  cv::Mat blended(clean.size(), CV_8UC3);
  for (int y = 0; y < clean.rows; ++y) {
    const auto* in = clean.ptr<cv::Vec3b>(y);
    const auto* a = opacity.ptr<float>(y);
    const auto* color = premultiplied.ptr<cv::Vec3f>(y);
    auto* out = blended.ptr<cv::Vec3b>(y);
    for (int x = 0; x < clean.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        out[x][c] = cv::saturate_cast<unsigned char>((1 - a[x]) * static_cast<float>(in[x][c]) + 255 * color[x][c]);
      }
    }
  }
  return blended;
}

Overlay DrawOverlay(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image) {
  Overlay overlay{cv::Mat::zeros(image, CV_32FC1), cv::Mat::zeros(image, CV_32FC3)};
  for (const Layer& layer : DrawLayers(fonts, rng, spec, image)) Put(layer, overlay);
  return overlay;
}

}  // namespace removr::bench
