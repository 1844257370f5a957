#include "bench/logo.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "bench/canvas.h"
#include "bench/words.h"

namespace removr::bench {
namespace {

constexpr double kPi = 3.14159265358979;

struct Pen {
  cairo_t* cr;
  bool accent;
  double knob;
  const std::string& letters;
  const std::string& motto;

  void Fill() const { cairo_fill(cr); }
  // Takes the current path's inside away from what is there.
  void CutOut() const {
    const Saved saved(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
    cairo_fill(cr);
  }
  void Circle(double x, double y, double r) const {
    cairo_new_sub_path(cr);
    cairo_arc(cr, x, y, r, 0, 2 * kPi);
    cairo_close_path(cr);
  }
  void Polygon(int corners, double x, double y, double r, double turn, double inner = 1) const {
    const int points = inner < 1 ? 2 * corners : corners;
    for (int i = 0; i < points; ++i) {
      const double angle = turn + 2 * kPi * i / points, radius = i % 2 == 0 || inner == 1 ? r : r * inner;
      cairo_line_to(cr, x + radius * std::cos(angle), y + radius * std::sin(angle));
    }
    cairo_close_path(cr);
  }
  void RoundedBox(double x, double y, double w, double h, double r) const {
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + w - r, y + r, r, -kPi / 2, 0);
    cairo_arc(cr, x + w - r, y + h - r, r, 0, kPi / 2);
    cairo_arc(cr, x + r, y + h - r, r, kPi / 2, kPi);
    cairo_arc(cr, x + r, y + r, r, kPi, 3 * kPi / 2);
    cairo_close_path(cr);
  }
  void Letters(double x, double y, double size) const {
    cairo_set_font_size(cr, size);
    CentredTextPath(cr, letters, x, y);
  }
};

// Each design draws inside the unit square.
void MonogramInRing(const Pen& p) {
  if (p.accent) return p.Letters(.5, .5, p.letters.size() > 1 ? .42 : .58), p.Fill();
  p.Circle(.5, .5, .47 - p.knob * .03);
  cairo_set_line_width(p.cr, .03 + .05 * p.knob);
  cairo_stroke(p.cr);
}

void Shield(const Pen& p) {
  const auto chevron = [&](double y) {
    cairo_move_to(p.cr, .1, y + .2);
    cairo_line_to(p.cr, .5, y);
    cairo_line_to(p.cr, .9, y + .2);
    cairo_line_to(p.cr, .9, y + .32);
    cairo_line_to(p.cr, .5, y + .12);
    cairo_line_to(p.cr, .1, y + .32);
    cairo_close_path(p.cr);
  };
  if (p.accent) return chevron(.3), p.Fill();
  cairo_move_to(p.cr, .08, .1);
  cairo_curve_to(p.cr, .3, .1, .42, .06, .5, .01);
  cairo_curve_to(p.cr, .58, .06, .7, .1, .92, .1);
  cairo_curve_to(p.cr, .94, .55, .8, .85, .5, .99);
  cairo_curve_to(p.cr, .2, .85, .06, .55, .08, .1);
  p.Fill();
  chevron(.3);
  p.CutOut();
  chevron(.62 - .1 * p.knob);
  p.CutOut();
}

void Camera(const Pen& p) {
  if (p.accent) {
    p.Circle(.5, .56, .12);
    return p.Fill();
  }
  p.RoundedBox(.02, .26, .96, .6, .08);
  p.RoundedBox(.3, .14, .4, .2, .05);
  p.Fill();
  p.Circle(.5, .56, .2 + .03 * p.knob);
  p.CutOut();
  p.Circle(.84, .38, .04);
  p.CutOut();
}

void Swooshes(const Pen& p) {
  const double bend = .15 + .25 * p.knob, shift = p.accent ? .3 : 0;
  cairo_move_to(p.cr, .02, .42 + shift);
  cairo_curve_to(p.cr, .3, .05 + shift, .7, .1 + shift, .98, .12 + shift);
  cairo_curve_to(p.cr, .7, .2 + shift, .4, .2 + bend + shift, .02, .42 + shift);
  p.Fill();
}

void Seal(const Pen& p) {
  if (p.accent) return p.Polygon(5, .5, .52, .2, -kPi / 2, .42), p.Fill();
  cairo_set_line_width(p.cr, .02);
  p.Circle(.5, .5, .48);
  cairo_stroke(p.cr);
  p.Circle(.5, .5, .3);
  cairo_stroke(p.cr);
  cairo_set_font_size(p.cr, .13);
  const double step = 2 * kPi / static_cast<double>(p.motto.size());
  for (std::size_t i = 0; i < p.motto.size(); ++i) {
    const Saved saved(p.cr);
    cairo_translate(p.cr, .5, .5);
    cairo_rotate(p.cr, step * static_cast<double>(i));
    CentredTextPath(p.cr, p.motto.substr(i, 1), 0, -.39);
    p.Fill();
  }
}

void Peaks(const Pen& p) {
  if (p.accent) return p.Circle(.68, .28, .09), p.Fill();
  p.Circle(.5, .5, .48);
  p.Fill();
  const double top = .3 + .15 * p.knob;
  constexpr std::array<std::pair<double, double>, 7> kRidge = {
      {{.12, .75}, {.38, 0}, {.5, .55}, {.62, .42}, {.86, .75}, {.8, .8}, {.2, .8}}};
  for (const auto& [x, y] : kRidge) cairo_line_to(p.cr, x, y == 0 ? top : y);
  cairo_close_path(p.cr);
  p.CutOut();
  p.Circle(.68, .28, .11);
  p.CutOut();
}

void Hexagon(const Pen& p) {
  p.Polygon(6, .5, .5, p.accent ? .36 : .49, kPi / 6);
  if (p.accent) {
    cairo_set_line_width(p.cr, .02);
    cairo_stroke(p.cr);
    return;
  }
  p.Fill();
  p.Polygon(6, .5, .5, .37, kPi / 6);
  if (p.knob < .5) p.CutOut();
  cairo_new_path(p.cr);
  p.Letters(.5, .5, .4);
  p.knob < .5 ? p.Fill() : p.CutOut();
}

void Aperture(const Pen& p) {
  const int blades = 5 + static_cast<int>(p.knob * 4);
  if (p.accent) return p.Circle(.5, .5, .1), p.Fill();
  p.Circle(.5, .5, .48);
  p.Fill();
  p.Polygon(blades, .5, .5, .2, 0);
  p.CutOut();
  cairo_set_line_width(p.cr, .03);
  const Saved saved(p.cr);
  cairo_set_operator(p.cr, CAIRO_OPERATOR_DEST_OUT);
  for (int i = 0; i < blades; ++i) {
    const double angle = 2 * kPi * i / blades;
    cairo_move_to(p.cr, .5 + .2 * std::cos(angle), .5 + .2 * std::sin(angle));
    cairo_line_to(p.cr, .5 + .5 * std::cos(angle + 1), .5 + .5 * std::sin(angle + 1));
  }
  cairo_stroke(p.cr);
}

void Leaf(const Pen& p) {
  const double side = p.accent ? -1 : 1;
  cairo_move_to(p.cr, .5, .98);
  cairo_curve_to(p.cr, .5 - side * .5, .7, .5 - side * (.3 + .2 * p.knob), .2, .5 - side * .02, .02);
  cairo_curve_to(p.cr, .5 - side * .1, .4, .5 - side * .12, .7, .5, .98);
  p.Fill();
}

void PlayButton(const Pen& p) {
  if (p.accent) return p.Polygon(3, .47, .5, .2, 0), p.Fill();
  p.RoundedBox(.02, .18, .96, .64, .05 + .2 * p.knob);
  p.Fill();
  if (p.knob < .6) {
    p.RoundedBox(.08, .24, .84, .52, .04 + .16 * p.knob);
    p.CutOut();
  }
}

using Design = void (*)(const Pen&);
constexpr std::array<Design, Logo::kDesigns> kDesign = {MonogramInRing, Shield,  Camera,   Swooshes, Seal,
                                                        Peaks,          Hexagon, Aperture, Leaf,     PlayButton};
constexpr std::array kWords = {"Corvane", "OLTREMAR",      "fennwick", "Tessaly",
                               "BRIO 7",  "Aldous & Pike", "murmur",   "Veldt"};
constexpr std::array kMottos = {"HAND*MADE*SINCE*1931*", "FIELD*AND*FJORD*CLUB*", "*GUILD*OF*LANTERNS*"};

}  // namespace

Logo Logo::Random(const Fonts& fonts, Rng& rng, double width_px) {
  Logo logo;
  logo.design_ = rng.Below(kDesigns);
  logo.knob_ = rng.Uniform(0, 1);
  logo.letters_ = Initials(rng);
  logo.motto_ = rng.Pick(kMottos);
  logo.word_ = rng.Pick(kWords);
  logo.face_ = fonts.Text(rng).get();
  const double chance = rng.Uniform(0, 1);
  if (width_px >= 70 && chance < .35) logo.layout_ = Layout::kWordBeside;
  if (width_px >= 40 && chance > .75) logo.layout_ = Layout::kWordBelow;
  if (logo.layout_ == Layout::kSymbol) return logo;

  const Canvas measure(cv::Size(1, 1));
  cairo_set_font_face(measure.cr(), logo.face_);
  cairo_set_font_size(measure.cr(), 100);
  const double width_of_one = Ink(measure.cr(), logo.word_).width / 100;
  logo.word_size_ = logo.layout_ == Layout::kWordBeside ? rng.Uniform(.4, .6) : std::min(.3, 1.4 / width_of_one);
  logo.word_width_ = width_of_one * logo.word_size_;
  if (logo.layout_ == Layout::kWordBeside) {
    logo.width_ = 1.15 + logo.word_width_;
  } else {
    logo.width_ = std::max(1., logo.word_width_);
    logo.height_ = 1.1 + logo.word_size_;
  }
  return logo;
}

void Logo::Draw(cairo_t* cr, bool accent) const {
  const Saved saved(cr);
  cairo_scale(cr, 1 / width_, 1 / width_);  // now the symbol's side is 1
  cairo_set_source_rgba(cr, 0, 0, 0, 1);
  cairo_set_font_face(cr, face_);
  if (!accent && layout_ != Layout::kSymbol) {
    cairo_set_font_size(cr, word_size_);
    if (layout_ == Layout::kWordBeside)
      CentredTextPath(cr, word_, 1.15 + word_width_ / 2, .5);
    else
      CentredTextPath(cr, word_, width_ / 2, 1.1 + word_size_ / 2);
    cairo_fill(cr);
  }
  if (layout_ == Layout::kWordBelow) cairo_translate(cr, (width_ - 1) / 2, 0);
  cairo_new_path(cr);
  kDesign[design_]({cr, accent, knob_, letters_, motto_});
  cairo_new_path(cr);
}

}  // namespace removr::bench
