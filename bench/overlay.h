// Visible overlays with known opacity, drawn by cairo: a renderer of its own, so that an error of the training
// generator cannot hide in the score.
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <string_view>

#include "bench/fonts.h"
#include "bench/random.h"

namespace removr::bench {

enum class Kind { kTranslucentText, kTiledText, kTranslucentLogo, kSolidLogo, kCaption, kBand, kStamp };
inline constexpr int kKindCount = 7;
inline constexpr std::array<Kind, kKindCount> kKinds = {Kind::kTranslucentText,
                                                        Kind::kTiledText,
                                                        Kind::kTranslucentLogo,
                                                        Kind::kSolidLogo,
                                                        Kind::kCaption,
                                                        Kind::kBand,
                                                        Kind::kStamp};
std::string_view Name(Kind kind);  // "translucent text"
constexpr bool IsTranslucent(Kind kind) { return kind <= Kind::kTranslucentLogo; }

// The bounds of what is drawn. Size: the overlay's width over the image's (of tiled text: one tile's; of a band: its
// text's). Opacity: of the fill (of a band: of the box).
struct Range {
  double low, high;
};
Range SizeRange(Kind kind);
Range OpacityRange(Kind kind);

struct Spec {
  Kind kind = Kind::kTranslucentText;
  double size = .1;
  double opacity = .5;
};

// I = (1 - opacity) B + premultiplied. Both of the image's size.
struct Overlay {
  cv::Mat opacity;        // CV_32FC1, [0,1]: total, of all layers
  cv::Mat premultiplied;  // CV_32FC3, B G R in [0, opacity]

  // CV_8UC1, 255 where the total opacity exceeds .03: the true mask.
  cv::Mat TrueMask() const;
  // `clean`: CV_8UC3, B G R. Rounded to 8 bits once, at the end.
  cv::Mat Over(const cv::Mat& clean) const;
};

// The text, colours, place and angle are random; the same rng, fonts and arguments draw the same overlay.
Overlay DrawOverlay(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image);

}  // namespace removr::bench
