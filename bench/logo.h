// Logos as shapes of our own, drawn with cairo: ten designs, alone or with a word beside or below them. Training has
// others.
#pragma once

#include <cairo.h>

#include <string>

#include "bench/fonts.h"
#include "bench/random.h"

namespace removr::bench {

// A logo that has been decided on but not drawn. It points into the Fonts that it was made with.
class Logo {
 public:
  // width_px: how wide it will be drawn; small ones get no word, which could not be read.
  static Logo Random(const Fonts& fonts, Rng& rng, double width_px);

  double aspect() const { return width_ / height_; }  // width over height

  // Fills the first and the second colour's part; they may overlap, and the second lies on top. Draws into the current
  // transform, from (0, 0) to (1, 1 / aspect()). Changes cairo's source and font.
  void DrawPrimary(cairo_t* cr) const { Draw(cr, false); }
  void DrawAccent(cairo_t* cr) const { Draw(cr, true); }

  static constexpr int kDesigns = 10;

 private:
  enum class Layout { kSymbol, kWordBeside, kWordBelow };

  void Draw(cairo_t* cr, bool accent) const;

  int design_ = 0;
  Layout layout_ = Layout::kSymbol;
  double knob_ = 0;  // [0,1): proportions within the design
  double width_ = 1, height_ = 1;
  double word_size_ = 0, word_width_ = 0;  // in units of the symbol's side
  std::string letters_, word_, motto_;
  cairo_font_face_t* face_ = nullptr;
};

}  // namespace removr::bench
