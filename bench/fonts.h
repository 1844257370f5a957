// The hold-out fonts, as cairo draws them.
#pragma once

#include <cairo.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/random.h"

namespace removr::bench {

struct FontFaceDeleter {
  void operator()(cairo_font_face_t* face) const { cairo_font_face_destroy(face); }
};
using FontFace = std::unique_ptr<cairo_font_face_t, FontFaceDeleter>;

// Not thread-safe: cairo's font faces share a FreeType library.
class Fonts {
 public:
  // Those of a fixed list of hold-out files that are installed; Debian's fonts-dejavu-core, fonts-liberation2 and
  // fonts-dseg hold a third of it. kIo where there is not at least one for text and one for camera stamps.
  static Result<Fonts> Find();

  const FontFace& Text(Rng& rng) const { return rng.Pick(text_); }
  const FontFace& Stamp(Rng& rng) const { return rng.Pick(stamp_); }  // seven- and fourteen-segment digits

  const std::vector<std::string>& names() const { return names_; }  // base file names, in the order of the list
  int wanted_count() const { return wanted_count_; }

 private:
  std::vector<FontFace> text_, stamp_;
  std::vector<std::string> names_;
  int wanted_count_ = 0;
};

}  // namespace removr::bench
