#include "bench/overlay_layers.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "bench/canvas.h"
#include "bench/logo.h"
#include "bench/words.h"

namespace removr::bench {
namespace {

constexpr double kReadablePx = 8;  // no smaller letters: nobody marks a photograph with what can't be read
constexpr double kDegree = 3.14159265358979 / 180;

const cv::Vec3f kWhite(1, 1, 1), kBlack(0, 0, 0);

// The frame in which an overlay is drawn: its middle, and how it is turned.
struct Place {
  double x, y, angle;

  void Enter(cairo_t* cr) const {
    cairo_translate(cr, x, y);
    cairo_rotate(cr, angle);
  }
};

struct Line {
  std::string text;
  cairo_font_face_t* face;
  double size_px;
  double width_px, height_px;  // of the ink
};

cv::Vec3f AnyColor(Rng& rng) {
  return cv::Vec3f(static_cast<float>(rng.Uniform(0, 1)), static_cast<float>(rng.Uniform(0, 1)),
                   static_cast<float>(rng.Uniform(0, 1)));
}

cv::Vec3f MarkColor(Rng& rng) {
  const double chance = rng.Uniform(0, 1);
  if (chance < .55) return kWhite;
  if (chance < .7) return kBlack;
  if (chance < .8) return kWhite * static_cast<float>(rng.Uniform(.3, .85));
  return AnyColor(rng);
}

cv::Vec3f Contrast(const cv::Vec3f& color) { return color[0] + color[1] + color[2] > 1.2 ? kBlack : kWhite; }

Line Measure(std::string text, cairo_font_face_t* face, double width_px) {
  const Canvas canvas(cv::Size(1, 1));
  cairo_set_font_face(canvas.cr(), face);
  cairo_set_font_size(canvas.cr(), 100);
  const cairo_text_extents_t ink = Ink(canvas.cr(), text);
  const double scale = width_px / ink.width;
  return {std::move(text), face, 100 * scale, width_px, ink.height * scale};
}

// A line of the wanted width whose letters can be read and whose height suits the image; the best of a few where none
// does.
template <typename TextSource>
Line FitLine(const FontFace& face, TextSource&& next_text, double width_px, double height_max_px) {
  Line best = Measure(next_text(), face.get(), width_px);
  for (int tries = 0; tries < 40 && (best.size_px < kReadablePx || best.height_px > height_max_px); ++tries) {
    Line line = Measure(next_text(), face.get(), width_px);
    const bool larger_needed = best.size_px < kReadablePx;
    if (larger_needed ? line.size_px > best.size_px : line.size_px < best.size_px) best = std::move(line);
  }
  if (best.height_px > height_max_px)
    best = Measure(best.text, best.face, best.width_px * height_max_px / best.height_px);
  return best;
}

Line FitMark(const Fonts& fonts, Rng& rng, double width_px, double height_max_px) {
  const int letters_max = static_cast<int>(width_px / (.5 * kReadablePx));
  return FitLine(
      fonts.Text(rng), [&] { return MarkText(rng, letters_max); }, width_px, height_max_px);
}

void TextPath(cairo_t* cr, const Line& line) {
  cairo_set_font_face(cr, line.face);
  cairo_set_font_size(cr, line.size_px);
  CentredTextPath(cr, line.text, 0, 0);
}

cv::Mat TextCoverage(const Line& line, const Place& place, cv::Size image, double outline_px = 0) {
  const Canvas canvas(image);
  place.Enter(canvas.cr());
  TextPath(canvas.cr(), line);
  if (outline_px > 0) {
    cairo_set_line_width(canvas.cr(), 2 * outline_px);
    cairo_set_line_join(canvas.cr(), CAIRO_LINE_JOIN_ROUND);
    cairo_stroke_preserve(canvas.cr());
  }
  cairo_fill(canvas.cr());
  return canvas.Coverage();
}

cv::Mat Shadow(const cv::Mat& coverage, double dx, double dy, double blur_px) {
  cv::Mat shadow;
  const cv::Matx23d shift(1, 0, dx, 0, 1, dy);
  cv::warpAffine(coverage, shadow, shift, coverage.size());
  cv::GaussianBlur(shadow, shadow, {}, std::max(.3, blur_px));
  return shadow;
}

// Where something w x h, turned by `angle`, fits wholly into the image, or the middle where it doesn't.
Place AnyPlace(Rng& rng, cv::Size image, double w, double h, double angle) {
  const double half_x = (std::abs(w * std::cos(angle)) + std::abs(h * std::sin(angle))) / 2 + 4;
  const double half_y = (std::abs(w * std::sin(angle)) + std::abs(h * std::cos(angle))) / 2 + 4;
  const auto coordinate = [&](double extent, double half) {
    return half * 2 >= extent ? extent / 2 : rng.Uniform(half, extent - half);
  };
  const double x = coordinate(image.width, half_x);
  return {x, coordinate(image.height, half_y), angle};
}

Place CornerPlace(Rng& rng, cv::Size image, double w, double h) {
  const double margin = rng.Uniform(.015, .05) * image.width;
  const double x = rng.Chance(.7) ? image.width - margin - w / 2 : margin + w / 2;
  const double y = rng.Chance(.75) ? image.height - margin - h / 2 : margin + h / 2;
  return {x, y, 0};
}

std::vector<Layer> TranslucentText(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image) {
  const Line line = FitMark(fonts, rng, spec.size * image.width, .3 * image.height);
  constexpr std::array kAngles = {0., 0., 0., 0., -30., 30., -45., 17., 90.};
  const double angle = rng.Pick(kAngles) * kDegree;
  const Place place = AnyPlace(rng, image, line.width_px, line.height_px, angle);
  const cv::Vec3f color = MarkColor(rng);
  const cv::Mat fill = TextCoverage(line, place, image);
  if (!rng.Chance(.2)) return {{fill, color, spec.opacity}};
  const double offset = std::max(1., .05 * line.size_px);
  return {{Shadow(fill, offset, offset, offset / 2), Contrast(color), .6 * spec.opacity}, {fill, color, spec.opacity}};
}

std::vector<Layer> TiledText(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image) {
  const Line line = FitMark(fonts, rng, spec.size * image.width, .2 * image.height);
  constexpr std::array kAngles = {0., -30., 30., -45., 45., -20., 12.};
  const Place place{image.width / 2., image.height / 2., rng.Pick(kAngles) * kDegree};
  const double step_x = line.width_px * rng.Uniform(1.15, 1.9);
  const double step_y = line.height_px * rng.Uniform(1.8, 5);
  const double brick = rng.Chance(.6) ? .5 : 0;
  const double reach = std::hypot(image.width, image.height) / 2;
  const Canvas canvas(image);
  place.Enter(canvas.cr());
  const int rows = static_cast<int>(reach / step_y) + 1, columns = static_cast<int>(reach / step_x) + 2;
  for (int row = -rows; row <= rows; ++row) {
    for (int column = -columns; column <= columns; ++column) {
      const Saved saved(canvas.cr());
      cairo_translate(canvas.cr(), (column + brick * std::abs(row % 2)) * step_x, row * step_y);
      TextPath(canvas.cr(), line);
      cairo_fill(canvas.cr());
    }
  }
  return {{canvas.Coverage(), MarkColor(rng), spec.opacity}};
}

std::vector<Layer> LogoLayers(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image) {
  double width = spec.size * image.width;
  const Logo logo = Logo::Random(fonts, rng, width);
  width = std::min(width, .6 * image.height * logo.aspect());
  const double height = width / logo.aspect();
  const Place place = rng.Chance(.5) ? CornerPlace(rng, image, width, height) : AnyPlace(rng, image, width, height, 0);
  const Canvas primary(image), accent(image);
  for (const Canvas* canvas : {&primary, &accent}) {
    cairo_translate(canvas->cr(), place.x - width / 2, place.y - height / 2);
    cairo_scale(canvas->cr(), width, width);
  }
  logo.DrawPrimary(primary.cr());
  logo.DrawAccent(accent.cr());
  const cv::Vec3f color = MarkColor(rng);
  const cv::Vec3f second = rng.Chance(.4) ? color : AnyColor(rng);
  // A group that is made translucent as a whole: the accent stands instead of what lies under it.
  const cv::Mat top = accent.Coverage();
  cv::Mat bottom = primary.Coverage();
  bottom = bottom.mul(1 - top);
  return {{bottom, color, spec.opacity}, {top, second, spec.opacity}};
}

std::vector<Layer> Caption(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image) {
  const Line line = FitLine(
      fonts.Text(rng), [&] { return CaptionText(rng); }, spec.size * image.width, .15 * image.height);
  Place place = AnyPlace(rng, image, line.width_px, line.height_px, 0);
  if (rng.Chance(.6)) place = {image.width / 2., image.height * (rng.Chance(.75) ? .93 : .07), 0};
  place.y = std::clamp(place.y, line.height_px, image.height - line.height_px);
  const cv::Vec3f color = rng.Chance(.6) ? kWhite : rng.Chance(.4) ? cv::Vec3f(.1F, .9F, 1.F) : AnyColor(rng);
  const double outline = std::max(1., line.size_px * rng.Uniform(.03, .08));
  const cv::Mat fill = TextCoverage(line, place, image);
  if (rng.Chance(.75)) {
    return {{TextCoverage(line, place, image, outline), Contrast(color), spec.opacity}, {fill, color, spec.opacity}};
  }
  return {{Shadow(fill, outline, outline, outline / 2), kBlack, .8 * spec.opacity}, {fill, color, spec.opacity}};
}

std::vector<Layer> Band(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image) {
  const Line line = FitLine(
      fonts.Text(rng), [&] { return CaptionText(rng); }, spec.size * image.width, .12 * image.height);
  const double pad = line.height_px * rng.Uniform(.4, .9);
  const bool across = rng.Chance(.35);
  const double w = across ? 2. * image.width : line.width_px + 2 * pad, h = line.height_px + 2 * pad;
  Place place = AnyPlace(rng, image, std::min<double>(w, image.width), h, 0);
  if (rng.Chance(.6)) place.y = image.height - h / 2 - (rng.Chance(.5) ? 0 : .04 * image.height);
  const Canvas box(image);
  place.Enter(box.cr());
  cairo_rectangle(box.cr(), -w / 2, -h / 2, w, h);
  cairo_fill(box.cr());
  const cv::Vec3f color = rng.Chance(.6) ? kBlack : rng.Chance(.4) ? kWhite : AnyColor(rng);
  return {{box.Coverage(), color, spec.opacity}, {TextCoverage(line, place, image), Contrast(color), 1}};
}

std::vector<Layer> Stamp(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image) {
  static const std::array<cv::Vec3f, 5> kColors = {
      {{.1F, .5F, 1.F}, {.15F, .75F, 1.F}, {.1F, .15F, 1.F}, {1.F, 1.F, 1.F}, {.3F, .95F, 1.F}}};
  const bool segments = rng.Chance(.6);
  const FontFace& face = segments ? fonts.Stamp(rng) : fonts.Text(rng);
  const Line line = FitLine(
      face, [&] { return StampText(rng, segments); }, spec.size * image.width, .1 * image.height);
  const Place place = CornerPlace(rng, image, line.width_px, line.height_px);
  const cv::Vec3f color = rng.Pick(kColors);
  const cv::Mat fill = TextCoverage(line, place, image);
  const double chance = rng.Uniform(0, 1);
  if (chance < .35)
    return {{Shadow(fill, 0, 0, std::max(1., .08 * line.size_px)), color, .7 * spec.opacity},
            {fill, color, spec.opacity}};
  if (chance < .55) {
    return {{TextCoverage(line, place, image, std::max(1., .04 * line.size_px)), kBlack, spec.opacity},
            {fill, color, spec.opacity}};
  }
  return {{fill, color, spec.opacity}};
}

}  // namespace

std::vector<Layer> DrawLayers(const Fonts& fonts, Rng& rng, const Spec& spec, cv::Size image) {
  switch (spec.kind) {
    case Kind::kTranslucentText: return TranslucentText(fonts, rng, spec, image);
    case Kind::kTiledText: return TiledText(fonts, rng, spec, image);
    case Kind::kTranslucentLogo:
    case Kind::kSolidLogo: return LogoLayers(fonts, rng, spec, image);
    case Kind::kCaption: return Caption(fonts, rng, spec, image);
    case Kind::kBand: return Band(fonts, rng, spec, image);
    case Kind::kStamp: return Stamp(fonts, rng, spec, image);
  }
  return {};
}

}  // namespace removr::bench
