#include "bench/owner_marks.h"

#include <cairo.h>

#include <array>
#include <cmath>
#include <memory>
#include <opencv2/imgproc.hpp>

#include "bench/canvas.h"
#include "bench/logo.h"
#include "bench/words.h"

namespace removr::bench {
namespace {

constexpr double kPi = 3.14159265358979;

// Coverage in [0,1] under one colour.
struct Coat {
  cv::Mat coverage;
  cv::Vec3f color;  // B G R
  double opacity = 1;
};

cv::Mat Flatten(const std::vector<Coat>& coats) {
  cv::Mat mark(coats[0].coverage.size(), CV_8UC4);
  for (int y = 0; y < mark.rows; ++y) {
    for (int x = 0; x < mark.cols; ++x) {
      cv::Vec3f color(0, 0, 0);
      double a = 0;
      for (const Coat& ink : coats) {
        const double own = ink.coverage.at<float>(y, x) * ink.opacity;
        color = color * (1 - own) + ink.color * own;
        a = a * (1 - own) + own;
      }
      cv::Vec4b& out = mark.at<cv::Vec4b>(y, x);
      for (int c = 0; c < 3; ++c) out[c] = cv::saturate_cast<std::uint8_t>(a > 0 ? color[c] / a * 255 : 0);
      out[3] = cv::saturate_cast<std::uint8_t>(a * 255);
    }
  }
  return mark;
}

cv::Mat Text(const Fonts& fonts, Rng& rng, const std::string& text, cv::Size size, double share) {
  const Canvas canvas(size);
  cairo_set_font_face(canvas.cr(), fonts.Text(rng).get());
  cairo_set_font_size(canvas.cr(), 100);
  const auto ink = bench::Ink(canvas.cr(), text);
  cairo_set_font_size(canvas.cr(), 100 * std::min(share * size.width / ink.width, .8 * size.height / ink.height));
  CentredTextPath(canvas.cr(), text, size.width / 2.0, size.height / 2.0);
  cairo_fill(canvas.cr());
  return canvas.Coverage();
}

std::pair<cv::Mat, cv::Mat> DrawLogo(const Fonts& fonts, Rng& rng, int width) {
  const Logo logo = Logo::Random(fonts, rng, width);
  const cv::Size size(width + 8, static_cast<int>(width / logo.aspect()) + 8);
  std::pair<cv::Mat, cv::Mat> both;
  for (const bool accent : {false, true}) {
    const Canvas canvas(size);
    cairo_translate(canvas.cr(), 4, 4);
    cairo_scale(canvas.cr(), width, width);
    accent ? logo.DrawAccent(canvas.cr()) : logo.DrawPrimary(canvas.cr());
    (accent ? both.second : both.first) = canvas.Coverage();
  }
  return both;
}

cv::Mat Ring(cv::Size size) {
  const Canvas canvas(size);
  const double r = size.height / 2.0 - 4;
  cairo_set_line_width(canvas.cr(), .07 * size.height);
  cairo_arc(canvas.cr(), size.width / 2.0, size.height / 2.0, .93 * r, 0, 2 * kPi);
  cairo_stroke(canvas.cr());
  cairo_arc(canvas.cr(), size.width / 2.0, size.height / 2.0, .45 * r, .6, 2 * kPi - .6);
  cairo_stroke(canvas.cr());
  return canvas.Coverage();
}

cv::Mat RoundedBox(cv::Size size) {
  const Canvas canvas(size);
  const double r = size.height / 5.0, w = size.width, h = size.height;
  cairo_arc(canvas.cr(), w - r - 2, r + 2, r, -kPi / 2, 0);
  cairo_arc(canvas.cr(), w - r - 2, h - r - 2, r, 0, kPi / 2);
  cairo_arc(canvas.cr(), r + 2, h - r - 2, r, kPi / 2, kPi);
  cairo_arc(canvas.cr(), r + 2, r + 2, r, kPi, 1.5 * kPi);
  cairo_fill(canvas.cr());
  return canvas.Coverage();
}

const cv::Vec3f kWhite(1, 1, 1), kBlack(0, 0, 0), kGray(.5F, .5F, .5F);

std::string Word(Rng& rng) { return MarkText(rng, 18); }

}  // namespace

std::string_view MarkName(int mark) {
  constexpr std::array<std::string_view, kMarkCount> kNames = {
      "white text", "white logo", "coloured logo", "text with shadow", "badge", "gray ring", "long line", "red text"};
  return kNames[mark];
}

cv::Mat DrawMark(int mark, const Fonts& fonts, Rng& rng) {
  switch (mark) {
    case 0: return Flatten({{Text(fonts, rng, Word(rng), {360, 110}, .95), kWhite}});
    case 1: {
      const auto [primary, accent] = DrawLogo(fonts, rng, 320);
      return Flatten({{primary, kWhite}, {accent, kWhite}});
    }
    case 2: {
      const auto [primary, accent] = DrawLogo(fonts, rng, 320);
      const float hue = static_cast<float>(rng.Uniform(0, 1));
      return Flatten({{primary, {.9F - .8F * hue, .35F, .1F + .8F * hue}}, {accent, {.1F, .75F, .95F}}});
    }
    case 3: {
      const cv::Mat text = Text(fonts, rng, Word(rng), {400, 120}, .9);
      cv::Mat shadow;
      cv::warpAffine(text, shadow, cv::Matx23d(1, 0, 3, 0, 1, 3), text.size());
      cv::GaussianBlur(shadow, shadow, {}, 3);
      return Flatten({{shadow, kBlack, .7}, {text, kWhite}});
    }
    case 4: {
      const cv::Size size(360, 96);
      return Flatten({{RoundedBox(size), kBlack, .5}, {Text(fonts, rng, Word(rng), size, .8), kWhite}});
    }
    case 5: return Flatten({{Ring({300, 300}), kGray}});
    case 6: return Flatten({{Text(fonts, rng, Word(rng) + " " + Word(rng), {480, 44}, .98), kWhite}});
    default: return Flatten({{Text(fonts, rng, Word(rng), {360, 110}, .95), {.15F, .1F, .85F}}});
  }
}

std::string_view Name(Scaler scaler) {
  constexpr std::array<std::string_view, kScalerCount> kNames = {"area", "linear", "cubic", "Lanczos", "supersampled"};
  return kNames[static_cast<std::size_t>(scaler)];
}

namespace {

// Premultiplied, CV_32FC4.
cv::Mat Premultiplied(const cv::Mat& mark) {
  cv::Mat result;
  mark.convertTo(result, CV_32F, 1 / 255.0);
  for (int y = 0; y < result.rows; ++y) {
    for (int x = 0; x < result.cols; ++x) {
      cv::Vec4f& pixel = result.at<cv::Vec4f>(y, x);
      for (int c = 0; c < 3; ++c) pixel[c] *= pixel[3];
    }
  }
  return result;
}

cv::Mat Warped(const cv::Mat& from, const MarkPose& pose, int flags, cv::Size image) {
  const double c = std::cos(pose.angle) * pose.scale, s = std::sin(pose.angle) * pose.scale;
  const double u = from.cols / 2.0 - .5, v = from.rows / 2.0 - .5;  // indices of the centre
  const cv::Matx23d map(c, -s, pose.center.x - .5 - c * u + s * v, s, c, pose.center.y - .5 - s * u - c * v);
  cv::Mat result;
  cv::warpAffine(from, result, map, image, flags);
  return result;
}

cv::Mat Pasted(const cv::Mat& from, const MarkPose& pose, int flags, cv::Size image) {
  cv::Mat sized, result = cv::Mat::zeros(image, CV_32FC4);
  cv::resize(from, sized, {cvRound(from.cols * pose.scale), cvRound(from.rows * pose.scale)}, 0, 0, flags);
  const cv::Rect at(cv::Point(cvRound(pose.center.x - sized.cols / 2.0), cvRound(pose.center.y - sized.rows / 2.0)),
                    sized.size());
  const cv::Rect inside = at & cv::Rect({}, image);
  if (!inside.empty()) sized(inside - at.tl()).copyTo(result(inside));
  return result;
}

cv::Mat Supersampled(const cv::Mat& from, const MarkPose& pose, cv::Size image) {
  constexpr int kTimes = 4;
  const MarkPose larger{pose.center * kTimes, pose.scale * kTimes, pose.angle};
  cv::Mat result;
  cv::resize(Warped(from, larger, cv::INTER_LINEAR, image * kTimes), result, image, 0, 0, cv::INTER_AREA);
  return result;
}

}  // namespace

Overlay PlaceMark(const cv::Mat& mark, const MarkPose& pose, double opacity, Scaler scaler, cv::Size image) {
  constexpr std::array<int, 4> kFlags = {cv::INTER_AREA, cv::INTER_LINEAR, cv::INTER_CUBIC, cv::INTER_LANCZOS4};
  const cv::Mat from = Premultiplied(mark);
  cv::Mat placed;
  if (scaler == Scaler::kSupersampled) {
    placed = Supersampled(from, pose, image);
  } else if (pose.angle == 0) {
    placed = Pasted(from, pose, kFlags[static_cast<std::size_t>(scaler)], image);
  } else {
    placed = Warped(from, pose, scaler == Scaler::kArea ? cv::INTER_LINEAR : kFlags[static_cast<std::size_t>(scaler)],
                    image);
  }
  std::vector<cv::Mat> channels;
  cv::split(cv::min(cv::max(placed, 0), 1) * opacity, channels);
  Overlay overlay{channels[3], {}};
  cv::merge(std::vector<cv::Mat>{cv::min(channels[0], channels[3]), cv::min(channels[1], channels[3]),
                                 cv::min(channels[2], channels[3])},
            overlay.premultiplied);
  return overlay;
}

}  // namespace removr::bench
